import type { EventRecord } from '../../../../contracts/facts';

/** How one host writes its events. */
export interface Rendering {
  readonly provider?: string;
  readonly channel?: string;
  /** Culture, rendered message, and names of level and category as a host with that language has them. */
  readonly rendered?: {
    readonly culture: string;
    readonly message: string;
    readonly level: string;
    readonly task: string;
  };
  /** Elements that classic events have since Windows 10. */
  readonly isModern?: boolean;
  /** One element a line, attributes between double quotes, as an XML view prints it. */
  readonly isIndented?: boolean;
  /** Digits after the second; classic events of 2008 R2 have whole seconds. */
  readonly fraction?: string;
}

/** An event as `wevtutil qe … /f:XML` or, with a rendering, `/f:RenderedXml` prints it. */
export function eventText(event: EventRecord, rendering: Rendering = {}): string {
  const { provider = 'MSExchange ADAccess', channel = 'Application', isModern = false } = rendering;
  const system = [
    `<Provider Name='${escaped(provider)}'/>`,
    `<EventID Qualifiers='16388'>${event.eventId}</EventID>`,
    ...(isModern ? ['<Version>0</Version>'] : []),
    '<Level>4</Level>',
    '<Task>3</Task>',
    ...(isModern ? ['<Opcode>0</Opcode>'] : []),
    '<Keywords>0x80000000000000</Keywords>',
    `<TimeCreated SystemTime='${event.at.slice(0, 19)}.${rendering.fraction ?? '000000000'}Z'/>`,
    `<EventRecordID>${event.recordId}</EventRecordID>`,
    ...(isModern ? ['<Correlation/>', "<Execution ProcessID='0' ThreadID='0'/>"] : []),
    `<Channel>${channel}</Channel>`,
    '<Computer>EX01.contoso.test</Computer>',
    '<Security/>',
  ];
  const data = event.data.map((item) => `<Data>${escaped(item)}</Data>`);
  const parts = [
    "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>",
    '<System>',
    ...system,
    '</System>',
    '<EventData>',
    ...data,
    '</EventData>',
    ...renderedParts(rendering),
    '</Event>',
  ];
  if (rendering.isIndented !== true) return parts.join('');
  return `${parts.map((part) => part.replace(/='([^']*)'/g, '="$1"')).join('\r\n    ')}\r\n`;
}

/** Events one after another, without a root. */
export const eventsText = (events: readonly EventRecord[], rendering: Rendering = {}): string =>
  events.map((event) => eventText(event, rendering)).join('\r\n');

function renderedParts({ rendered }: Rendering): string[] {
  if (rendered === undefined) return [];
  return [
    `<RenderingInfo Culture='${rendered.culture}'>`,
    `<Message>${escaped(rendered.message)}</Message>`,
    `<Level>${escaped(rendered.level)}</Level>`,
    `<Task>${escaped(rendered.task)}</Task>`,
    '<Opcode></Opcode><Channel></Channel><Provider></Provider>',
    '<Keywords><Keyword>Classic</Keyword></Keywords>',
    '</RenderingInfo>',
  ];
}

const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll("'", '&apos;');
