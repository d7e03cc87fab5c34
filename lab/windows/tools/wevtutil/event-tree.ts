import type { EventRecord } from '../../log/event-log';
import type { EventPayload } from '../../log/series';
import { element, shortElement, textElement, type XmlNode } from './xml-node';

export interface EventOrigin {
  readonly channel: string;
  readonly computer: string;
}

const namespace = 'http://schemas.microsoft.com/win/2004/08/events/event';

/** An event as the event schema has it, without what is rendered from the provider's messages. */
export function eventTree(record: EventRecord, origin: EventOrigin): XmlNode {
  return element(
    'Event',
    [systemPart(record, origin), payloadPart(record.data)],
    [['xmlns', namespace]],
  );
}

/** The same with RenderingInfo, as `/f:RenderedXml` prints it. */
export function renderedEventTree(record: EventRecord, origin: EventOrigin): XmlNode {
  const event = eventTree(record, origin);
  return { ...event, children: [...event.children, renderingPart(record)] };
}

export function levelName(level: number): string {
  return ['Information', 'Critical', 'Error', 'Warning', 'Information', 'Verbose'][level] ?? '';
}

export function isClassic(record: EventRecord): boolean {
  return BigInt(record.keywords) === 0x80000000000000n;
}

/**
 * Classic providers of 2008 R2 write no Version, Opcode, Correlation or Execution; those with a manifest, which have a
 * GUID or no qualifiers, write all of them.
 */
function systemPart(record: EventRecord, { channel, computer }: EventOrigin): XmlNode {
  const { provider, providerGuid, eventId, qualifiers, level, task, keywords, recordId } = record;
  const hasManifest = providerGuid !== undefined || qualifiers === null;
  const providerAttributes: [string, string][] = [['Name', provider]];
  if (providerGuid !== undefined) {
    providerAttributes.push(['Guid', providerGuid]);
    if (qualifiers !== null) providerAttributes.push(['EventSourceName', provider]);
  }
  return element('System', [
    shortElement('Provider', providerAttributes),
    textElement(
      'EventID',
      String(eventId),
      qualifiers === null ? [] : [['Qualifiers', String(qualifiers)]],
    ),
    ...(hasManifest ? [numberElement('Version', 0)] : []),
    numberElement('Level', level),
    numberElement('Task', task),
    ...(hasManifest ? [numberElement('Opcode', 0)] : []),
    textElement('Keywords', keywords),
    shortElement('TimeCreated', [['SystemTime', systemTime(record.at)]]),
    numberElement('EventRecordID', recordId),
    ...(hasManifest
      ? [
          shortElement('Correlation'),
          shortElement('Execution', [
            ['ProcessID', '4'],
            ['ThreadID', '40'],
          ]),
        ]
      : []),
    textElement('Channel', channel),
    textElement('Computer', computer),
    shortElement('Security', hasManifest ? [['UserID', 'S-1-5-18']] : []),
  ]);
}

function numberElement(name: string, value: number): XmlNode {
  return textElement(name, String(value));
}

/** Nine digits behind the second, of which a clock of that age fills at most seven. */
function systemTime(at: number): string {
  return new Date(at).toISOString().replace('Z', '000000Z');
}

function payloadPart(data: EventPayload): XmlNode {
  if (data.kind === 'user') {
    const values = data.values.map(([name, value]) => textElement(name, value));
    return element('UserData', [element(data.element, values, [['xmlns', data.namespace]])]);
  }
  const values =
    data.kind === 'positional'
      ? data.values.map((value) => textElement('Data', value))
      : data.values.map(([name, value]) => textElement('Data', value, [['Name', name]]));
  return element('EventData', values);
}

function renderingPart(record: EventRecord): XmlNode {
  const keywords = isClassic(record) ? [textElement('Keyword', 'Classic')] : [];
  return element(
    'RenderingInfo',
    [
      textElement('Message', record.message),
      textElement('Level', levelName(record.level)),
      textElement('Task', record.taskName ?? ''),
      textElement('Opcode', ''),
      textElement('Channel', ''),
      textElement('Provider', ''),
      element('Keywords', keywords),
    ],
    [['Culture', 'en-US']],
  );
}
