import type { Asked, Reply } from '../bridge-server';
import type { HostState } from '../state';

const ownWmic = 'C:\\windows\\system32\\wbem\\wmic-of-wine.exe';

/**
 * What Wine's wmic can, it does itself. It knows no `where`, neither qfe nor datafile, and writes LocalDateTime with an
 * offset that is cut short.
 */
export async function wmic(state: HostState, asked: Asked): Promise<Reply> {
  const { tail } = asked;
  const where = /^(\w+) where "([^"]*)" get ([\w,]+) \/value\s*$/i.exec(tail);
  if (where !== null) {
    const [, alias = '', condition = '', properties = ''] = where;
    return filtered(state, alias.toLowerCase(), condition, properties.split(','));
  }
  if (/^os get .*LocalDateTime/i.test(tail)) {
    const { out, exitCode } = await state.machine.run(`${ownWmic} ${tail}`);
    const text = out.toString('utf16le').replace(/(\.\d{6}[+-])(\d\d)(?!\d)/g, '$10$2');
    return { out: Buffer.from(text, 'utf16le'), exitCode };
  }
  return { instead: `${ownWmic} ${tail}` };
}

async function filtered(
  state: HostState,
  alias: string,
  condition: string,
  properties: readonly string[],
): Promise<Reply> {
  const value = /=\s*'([^']*)'/.exec(condition)?.[1]?.replaceAll('\\\\', '\\') ?? '';
  switch (alias) {
    case 'qfe': {
      const isListed = state.packages.some(
        ({ identity, state: is }) => is === 'Installed' && identity.includes(`_${value}~`),
      );
      return isListed ? instance({ HotFixID: value }, properties) : nothing;
    }
    case 'datafile': {
      const version = state.fileVersions.get(value.toLowerCase());
      return version === undefined ? nothing : instance({ Version: version }, properties);
    }
    case 'logicaldisk':
      return disk(state, value, properties);
    case 'process':
      // dism and wusa are stand-ins, which have ended before anybody can ask for them.
      return nothing;
    default:
      return { error: `${alias} - Alias not found.\r\r\n`, exitCode: 0x80041010 };
  }
}

/** Wine's own list of drives, filtered. */
async function disk(
  { machine }: HostState,
  drive: string,
  properties: readonly string[],
): Promise<Reply> {
  const { out } = await machine.run(`${ownWmic} logicaldisk get DeviceID,FreeSpace`);
  const rows = out.toString('utf16le').split('\r\n');
  const row = rows.find((one) => one.toLowerCase().startsWith(`${drive.toLowerCase()} `));
  const free = row?.trim().split(/\s+/)[1];
  return free === undefined ? nothing : instance({ DeviceID: drive, FreeSpace: free }, properties);
}

const nothing: Reply = { error: 'No Instance(s) Available.\r\r\n', exitCode: 0 };

/** As Windows prints `/value` into a pipe. */
function instance(
  values: { readonly [name: string]: string },
  properties: readonly string[],
): Reply {
  const lines = properties.map((name) => `${name}=${values[name] ?? ''}\r\r\n`);
  return { out: `\r\r\n\r\r\n${lines.join('')}\r\r\n\r\r\n\r\r\n`, exitCode: 0 };
}
