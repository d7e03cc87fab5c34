import type { Answer } from '../../../contracts/reason';
import { known, unknown } from '../../../contracts/reason';
import type { Wmi, WmiOptions, WmiRow, WmiShape } from '../../wmi';

/** The registry of the local machine through StdRegProv (root/default), which needs no shell. */
export interface WmiRegistry {
  /** Names of sub-keys; null when there is no such key. */
  subKeys(key: string): Promise<Answer<readonly string[] | null>>;
  /** Names of values; null when there is no such key. */
  valueNames(key: string): Promise<Answer<readonly string[] | null>>;
  /** Null when there is no such key or value. */
  dword(key: string, value: string): Promise<Answer<number | null>>;
  /** Null when there is no such key or value. */
  multiString(key: string, value: string): Promise<Answer<readonly string[] | null>>;
}

/** HKEY_LOCAL_MACHINE (winreg.h). */
const localMachine = 2_147_483_650;
/** What the provider returns for a missing key, ERROR_FILE_NOT_FOUND, and for a missing value of a key, 1. */
const notFound: readonly unknown[] = [1, 2];

export function createWmiRegistry(wmi: Wmi, options: WmiOptions): WmiRegistry {
  /** Known null: there is no such key or value. */
  const call = async <S extends WmiShape>(
    method: string,
    key: string,
    shape: S,
    value?: string,
  ): Promise<Answer<WmiRow<S> | null>> => {
    const subKey = /^HKLM\\(.+)$/i.exec(key)?.[1];
    if (subKey === undefined) return unknown(`${key} is no key of the local machine`);
    const parameters = {
      hDefKey: localMachine,
      sSubKeyName: subKey,
      ...(value !== undefined && { sValueName: value }),
    };
    const row = await wmi.invoke(
      { className: 'StdRegProv', method, parameters },
      { ...shape, ReturnValue: 'uint32' },
      { ...options, namespace: 'root/default' },
    );
    const code: unknown = row.ReturnValue;
    if (notFound.includes(code)) return known(null);
    if (code === 0) return known(row as WmiRow<S>);
    return unknown(`StdRegProv answered ${method} of ${key} with ${String(code)}`);
  };
  return {
    subKeys: async (key) => names(await call('EnumKey', key, nameList)),
    valueNames: async (key) => names(await call('EnumValues', key, nameList)),
    dword: async (key, value) =>
      mapped(await call('GetDWORDValue', key, { uValue: 'uint32' }, value), ({ uValue }) => uValue),
    multiString: async (key, value) =>
      mapped(
        await call('GetMultiStringValue', key, { sValue: 'string[]' }, value),
        ({ sValue }) => sValue ?? [],
      ),
  };
}

const nameList = { sNames: 'string[]' } as const;

/** A key that has none gives no list, which is not the same as no key. */
const names = (answer: Answer<WmiRow<typeof nameList> | null>): Answer<readonly string[] | null> =>
  mapped(answer, ({ sNames }) => sNames ?? []);

function mapped<T, U>(answer: Answer<T | null>, change: (value: T) => U | null): Answer<U | null> {
  if (!answer.known) return answer;
  return known(answer.value === null ? null : change(answer.value));
}
