import type { Asked, Reply } from '../bridge-server';
import type { HostState, LoggedEvent } from '../state';

/** ERROR_EVT_INVALID_QUERY and ERROR_EVT_CHANNEL_NOT_FOUND. */
const invalidQuery = 15001;
const noChannel = 15007;

type Condition = (event: LoggedEvent) => boolean;

/** `wevtutil qe LOG [/q:XPATH] /f:XML [/rd:true] [/c:N]`; of XPath what selects events of a provider, by id and by age. */
export function wevtutil({ logs }: HostState, { arguments: words }: Asked): Reply {
  const [verb, log = '', ...options] = words;
  if (verb?.toLowerCase() !== 'qe')
    return { error: 'wevtutil: only qe is stood in for\r\n', exitCode: 87 };
  const events = logs.get(log);
  if (events === undefined) {
    return { error: 'The specified channel could not be found.\r\n', exitCode: noChannel };
  }
  const option = (name: string): string | undefined =>
    options.find((one) => one.toLowerCase().startsWith(`/${name}:`))?.slice(name.length + 2);
  const conditions = conditionsOf(option('q') ?? '*');
  if (conditions === null)
    return { error: 'The specified query is invalid.\r\n', exitCode: invalidQuery };
  const found = events.filter((event) => conditions.every((holds) => holds(event)));
  if (option('rd')?.toLowerCase() === 'true') found.reverse();
  const count = Number(option('c') ?? Number.MAX_SAFE_INTEGER);
  return {
    out: found
      .slice(0, count)
      .map((event) => xmlOf(event, log))
      .join(''),
    exitCode: 0,
  };
}

function conditionsOf(xpath: string): Condition[] | null {
  if (xpath === '*') return [];
  const inner = /^\*\[System\[(.*)\]\]$/.exec(xpath)?.[1];
  if (inner === undefined) return null;
  const conditions = inner.split(' and ').map(conditionOf);
  return conditions.includes(null) ? null : (conditions as Condition[]);
}

function conditionOf(text: string): Condition | null {
  const provider = /^Provider\[@Name='([^']*)'\]$/.exec(text)?.[1];
  if (provider !== undefined) return (event) => event.provider === provider;
  const id = /^\(EventID=(\d+)\)$/.exec(text)?.[1];
  if (id !== undefined) return ({ eventId }) => eventId === Number(id);
  const after = /^\(EventRecordID > (\d+)\)$/.exec(text)?.[1];
  if (after !== undefined) return ({ recordId }) => recordId > Number(after);
  const age = /^TimeCreated\[timediff\(@SystemTime\) <= (\d+)\]$/.exec(text)?.[1];
  if (age !== undefined) return ({ at }) => Date.now() - at.getTime() <= Number(age);
  const since = /^TimeCreated\[@SystemTime >= '([^']+)'\]$/.exec(text)?.[1];
  if (since !== undefined) return ({ at }) => wholeSecond(at) >= Date.parse(since);
  return null;
}

const wholeSecond = (at: Date): number => Math.floor(at.getTime() / 1000) * 1000;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** In one line, whole seconds, single quotes: as 2008 R2 prints records of the classic log. */
function xmlOf({ recordId, at, provider, eventId, data }: LoggedEvent, log: string): string {
  const time = `${at.toISOString().slice(0, 19)}.000000000Z`;
  return (
    `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='${provider}'/>` +
    `<EventID Qualifiers='16388'>${eventId}</EventID><Level>4</Level><Task>3</Task><Keywords>0x80000000000000</Keywords>` +
    `<TimeCreated SystemTime='${time}'/><EventRecordID>${recordId}</EventRecordID><Channel>${log}</Channel>` +
    `<Computer>wine</Computer><Security/></System><EventData>` +
    `${data.map((text) => `<Data>${escaped(text)}</Data>`).join('')}</EventData></Event>\r\n`
  );
}
