import type { Answer } from '../../../contracts/reason';
import { known, unknown } from '../../../contracts/reason';
import type { RegistryValue } from '../registry';
import type { Wmi, WmiOptions, WmiRow, WmiShape } from '../../wmi';

/** The registry of the local machine through StdRegProv (root/default), which needs no shell. */
export interface WmiRegistry {
  /** Names of sub-keys; null when there is no such key. */
  subKeys(key: string): Promise<Answer<readonly string[] | null>>;
  /** Names of values; null when there is no such key. */
  valueNames(key: string): Promise<Answer<readonly string[] | null>>;
  /** Value by its name in any case of letters, as reg prints it; null when there is no such key, none of no such value. */
  value(key: string, name: string): Promise<Answer<readonly RegistryValue[] | null>>;
  /** Null when there is no such key or value. */
  dword(key: string, value: string): Promise<Answer<number | null>>;
  /** Null when there is no such key or value. */
  multiString(key: string, value: string): Promise<Answer<readonly string[] | null>>;
}

/** Predefined keys of winreg.h. */
const hives: ReadonlyMap<string, number> = new Map([
  ['HKCR', 0x8000_0000],
  ['HKLM', 0x8000_0002],
  ['HKU', 0x8000_0003],
  ['HKCC', 0x8000_0005],
]);
/** What the provider returns for a missing key, ERROR_FILE_NOT_FOUND, and for a missing value of a key, 1. */
const notFound: readonly unknown[] = [1, 2];

export function createWmiRegistry(wmi: Wmi, options: WmiOptions): WmiRegistry {
  /** Known null: there is no such key or value. */
  const call: Call = async <S extends WmiShape>(
    method: string,
    key: string,
    shape: S,
    value?: string,
  ): Promise<Answer<WmiRow<S> | null>> => {
    const [, hive = '', subKey = ''] = /^([A-Z]+)\\(.+)$/i.exec(key) ?? [];
    const hDefKey = hives.get(hive.toUpperCase());
    if (hDefKey === undefined) return unknown(`${key} is no key of the machine`);
    const parameters = {
      hDefKey,
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
    value: (key, name) => valueByName(call, key, name),
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

type Call = <S extends WmiShape>(
  method: string,
  key: string,
  shape: S,
  value?: string,
) => Promise<Answer<WmiRow<S> | null>>;

async function valueByName(
  call: Call,
  key: string,
  name: string,
): Promise<Answer<readonly RegistryValue[] | null>> {
  const listed = await call('EnumValues', key, { sNames: 'string[]', Types: 'uint32[]' });
  if (!listed.known || listed.value === null) return listed as Answer<null>;
  const { sNames, Types } = listed.value;
  const at = (sNames ?? []).findIndex((one) => one.toLowerCase() === name.toLowerCase());
  const own = sNames?.[at];
  if (own === undefined) return known([]);
  const type = readable.get(Types?.[at] ?? 0);
  if (type === undefined) {
    return unknown(
      `WMI does not give registry value ${own} as it is stored (type ${String(Types?.[at])})`,
    );
  }
  const row = await call(type.method, key, type.shape, own);
  const text = mapped(row, (value) => type.textOf(value));
  if (!text.known) return text;
  return text.value === null
    ? unknown(`registry value ${own} went while it was read`)
    : known([{ name: own, type: type.name, text: text.value }]);
}

interface ReadableType {
  readonly name: string;
  readonly method: string;
  readonly shape: WmiShape;
  readonly textOf: (row: WmiRow<WmiShape>) => string | null;
}

const hexOf = (value: unknown): string | null =>
  typeof value === 'number' || typeof value === 'bigint' ? `0x${value.toString(16)}` : null;
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/**
 * Types of winreg.h whose data the provider gives as it is stored. Of REG_EXPAND_SZ it gives the text with its variables
 * replaced, which may be another one than what reg prints.
 */
const readable: ReadonlyMap<number, ReadableType> = new Map([
  [
    1,
    {
      name: 'REG_SZ',
      method: 'GetStringValue',
      shape: { sValue: 'string' },
      // No text at all is an empty one.
      textOf: ({ sValue }) => String(sValue ?? ''),
    },
  ],
  [
    3,
    {
      name: 'REG_BINARY',
      method: 'GetBinaryValue',
      shape: { uValue: 'uint8[]' },
      textOf: ({ uValue }) => Buffer.from(listOf(uValue).map(Number)).toString('hex').toUpperCase(),
    },
  ],
  [
    4,
    {
      name: 'REG_DWORD',
      method: 'GetDWORDValue',
      shape: { uValue: 'uint32' },
      textOf: ({ uValue }) => hexOf(uValue),
    },
  ],
  [
    7,
    {
      name: 'REG_MULTI_SZ',
      method: 'GetMultiStringValue',
      shape: { sValue: 'string[]' },
      textOf: ({ sValue }) =>
        listOf(sValue)
          .map(String)
          .join(String.raw`\0`),
    },
  ],
  [
    11,
    {
      name: 'REG_QWORD',
      method: 'GetQWORDValue',
      shape: { uValue: 'uint64' },
      textOf: ({ uValue }) => hexOf(uValue),
    },
  ],
] satisfies [number, ReadableType][]);

const nameList = { sNames: 'string[]' } as const;

/** A key that has none gives no list, which is not the same as no key. */
const names = (answer: Answer<WmiRow<typeof nameList> | null>): Answer<readonly string[] | null> =>
  mapped(answer, ({ sNames }) => sNames ?? []);

function mapped<T, U>(answer: Answer<T | null>, change: (value: T) => U | null): Answer<U | null> {
  if (!answer.known) return answer;
  return known(answer.value === null ? null : change(answer.value));
}
