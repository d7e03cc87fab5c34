import { hiveNames } from '../../registry/key-path';
import type { RegistryValue } from '../../registry/registry';
import {
  type MethodCall,
  type MethodResult,
  methodsOf,
  type Properties,
  type PropertyValue,
  textOf,
  type WmiClass,
  type WmiMethod,
} from './wmi-class';

/** Predefined keys of winreg.h. */
const hives: ReadonlyMap<number, string> = new Map([
  [0x80000000, 'HKEY_CLASSES_ROOT'],
  [0x80000001, 'HKEY_CURRENT_USER'],
  [0x80000002, 'HKEY_LOCAL_MACHINE'],
  [0x80000003, 'HKEY_USERS'],
  [0x80000005, 'HKEY_CURRENT_CONFIG'],
]);
const localMachine = 0x80000002;

/**
 * A missing key is ERROR_FILE_NOT_FOUND; of a missing value the provider says 1, and of one of another type
 * WBEM_E_TYPE_MISMATCH.
 */
const codes = { ok: 0, noValue: 1, noKey: 2, invalidHandle: 6, typeMismatch: 0x80041005 } as const;

const types: Readonly<Record<string, number>> = {
  REG_SZ: 1,
  REG_EXPAND_SZ: 2,
  REG_BINARY: 3,
  REG_DWORD: 4,
  REG_MULTI_SZ: 7,
  REG_QWORD: 11,
};

const keyInput: Properties = { hDefKey: 'uint32', sSubKeyName: 'string' };
const valueInput: Properties = { ...keyInput, sValueName: 'string' };

/** Full path of the key that is meant; null for a hive that is none. */
function pathIn({ parameters }: MethodCall): string | null {
  const hive = hives.get(Number(parameters['hDefKey'] ?? localMachine));
  if (hive === undefined || !hiveNames.includes(hive)) return null;
  const subKey = textOf(parameters['sSubKeyName'] ?? null).replace(/\\+$/, '');
  return subKey === '' ? hive : `${hive}\\${subKey}`;
}

function enumKey(call: MethodCall): MethodResult {
  const path = pathIn(call);
  if (path === null) return { ReturnValue: codes.invalidHandle };
  const key = call.host.registry.key(path);
  if (key === null) return { ReturnValue: codes.noKey };
  const names = key.subkeys.map((one) => one.slice(one.lastIndexOf('\\') + 1));
  return { ...(names.length > 0 && { sNames: names }), ReturnValue: codes.ok };
}

function enumValues(call: MethodCall): MethodResult {
  const path = pathIn(call);
  if (path === null) return { ReturnValue: codes.invalidHandle };
  const key = call.host.registry.key(path);
  if (key === null) return { ReturnValue: codes.noKey };
  if (key.values.length === 0) return { ReturnValue: codes.ok };
  return {
    sNames: key.values.map(({ name }) => name),
    Types: key.values.map(({ type }) => types[type] ?? 0),
    ReturnValue: codes.ok,
  };
}

interface Reading {
  readonly name: string;
  readonly type: string;
  readonly output: Properties;
  readonly read: (value: RegistryValue) => PropertyValue;
}

function reader({ name, type, output, read }: Reading): WmiMethod {
  const [into = ''] = Object.keys(output);
  return {
    name,
    isStatic: true,
    input: valueInput,
    output: { ...output, ReturnValue: 'uint32' },
    run(call) {
      const path = pathIn(call);
      if (path === null) return { ReturnValue: codes.invalidHandle };
      if (call.host.registry.key(path) === null) return { ReturnValue: codes.noKey };
      const value = call.host.registry.value(path, textOf(call.parameters['sValueName'] ?? null));
      if (value === null) return { ReturnValue: codes.noValue };
      if (value.type !== type) return { ReturnValue: codes.typeMismatch };
      return { [into]: read(value), ReturnValue: codes.ok };
    },
  };
}

/** `reg add` keeps the separator as it is shown, the machine itself as it is stored. */
function strings({ data }: RegistryValue): string[] {
  return data.split(/\\0|\0/).filter((text) => text !== '');
}

/** The registry: methods and no instances. */
export const registryProvider: WmiClass = {
  name: 'StdRegProv',
  namespace: 'root/default',
  alias: null,
  key: '',
  takesKey: false,
  properties: {},
  brief: [],
  hasInstances: false,
  instances: () => [],
  methods: methodsOf(
    {
      name: 'EnumKey',
      isStatic: true,
      input: keyInput,
      output: { sNames: 'string[]', ReturnValue: 'uint32' },
      run: enumKey,
    },
    {
      name: 'EnumValues',
      isStatic: true,
      input: keyInput,
      output: { sNames: 'string[]', Types: 'sint32[]', ReturnValue: 'uint32' },
      run: enumValues,
    },
    reader({
      name: 'GetDWORDValue',
      type: 'REG_DWORD',
      output: { uValue: 'uint32' },
      read: ({ data }) => Number(data),
    }),
    reader({
      name: 'GetStringValue',
      type: 'REG_SZ',
      output: { sValue: 'string' },
      read: ({ data }) => data,
    }),
    reader({
      name: 'GetExpandedStringValue',
      type: 'REG_EXPAND_SZ',
      output: { sValue: 'string' },
      read: ({ data }) => data,
    }),
    reader({
      name: 'GetMultiStringValue',
      type: 'REG_MULTI_SZ',
      output: { sValue: 'string[]' },
      read: strings,
    }),
  ),
};
