import { parseEnvelope } from '../../../../remote/winrm/wire/envelope';
import { buildSubscribe, buildUnsubscribe } from '../../../../remote/winrm/wire/event-requests';
import { parseXml } from '../../../../remote/winrm/wire/xml';
import {
  buildEnumerate,
  buildGetInstance,
  buildInvoke,
  buildPull,
  buildRelease,
  wmiUri,
} from '../../../../remote/winrm/wire/wmi-requests';
import { normalXml } from './normal-xml';

const header = {
  to: 'http://HOST:5985/wsman',
  messageId: 'uuid:1',
  operationTimeoutMs: 60_000,
  maxEnvelopeBytes: 153_600,
};

/** A request in the form that 2008 R2 is known to take, written with other prefixes than ours. */
const request = (uri: string, action: string, more: string, body: string): string => `
  <s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"
    xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:ms="http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"
    xmlns:enu="http://schemas.xmlsoap.org/ws/2004/09/enumeration" xmlns:eve="http://schemas.xmlsoap.org/ws/2004/08/eventing">
    <s:Header>
      <a:To>http://HOST:5985/wsman</a:To>
      <w:ResourceURI s:mustUnderstand="true">${uri}</w:ResourceURI>
      <a:ReplyTo><a:Address s:mustUnderstand="true">http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>
      <a:Action s:mustUnderstand="true">${action}</a:Action>
      <w:MaxEnvelopeSize s:mustUnderstand="true">153600</w:MaxEnvelopeSize>
      <a:MessageID>uuid:1</a:MessageID>
      <w:Locale xml:lang="en-US" s:mustUnderstand="false"/>
      <ms:DataLocale xml:lang="en-US" s:mustUnderstand="false"/>
      <w:OperationTimeout>PT60.000S</w:OperationTimeout>
      ${more}
    </s:Header>
    <s:Body>${body}</s:Body>
  </s:Envelope>`;

const cimv2 = 'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2';
const enumeration = 'http://schemas.xmlsoap.org/ws/2004/09/enumeration';
const everything = wmiUri('root/cimv2', '*');
const xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';

test.each([
  {
    message: 'Enumerate with WQL',
    built: buildEnumerate(header, {
      resourceUri: everything,
      wql: `SELECT * FROM Win32_Service WHERE Name<'B&B'`,
      maxElements: 32_000,
    }),
    form: request(
      `${cimv2}/*`,
      `${enumeration}/Enumerate`,
      '',
      `<enu:Enumerate><w:OptimizeEnumeration/><w:MaxElements>32000</w:MaxElements>
       <w:Filter Dialect="http://schemas.microsoft.com/wbem/wsman/1/WQL">SELECT * FROM Win32_Service WHERE Name&lt;'B&amp;B'</w:Filter></enu:Enumerate>`,
    ),
  },
  {
    message: 'Pull',
    built: buildPull(header, { resourceUri: everything, context: 'uuid:<C>' }, 50),
    form: request(
      `${cimv2}/*`,
      `${enumeration}/Pull`,
      '',
      '<enu:Pull><enu:EnumerationContext>uuid:&lt;C></enu:EnumerationContext><enu:MaxElements>50</enu:MaxElements></enu:Pull>',
    ),
  },
  {
    message: 'Release',
    built: buildRelease(header, { resourceUri: everything, context: 'uuid:C' }),
    form: request(
      `${cimv2}/*`,
      `${enumeration}/Release`,
      '',
      '<enu:Release><enu:EnumerationContext>uuid:C</enu:EnumerationContext></enu:Release>',
    ),
  },
  {
    message: 'Get of an instance',
    built: buildGetInstance(header, {
      resourceUri: wmiUri('root\\cimv2', 'Win32_Service'),
      keys: { Name: 'wuauserv' },
    }),
    form: request(
      `${cimv2}/Win32_Service`,
      'http://schemas.xmlsoap.org/ws/2004/09/transfer/Get',
      '<w:SelectorSet><w:Selector Name="Name">wuauserv</w:Selector></w:SelectorSet>',
      '',
    ),
  },
  {
    message: 'Get of the only instance',
    built: buildGetInstance(header, {
      resourceUri: wmiUri('root/cimv2', 'Win32_OperatingSystem'),
      keys: {},
    }),
    form: request(
      `${cimv2}/Win32_OperatingSystem`,
      'http://schemas.xmlsoap.org/ws/2004/09/transfer/Get',
      '',
      '',
    ),
  },
  {
    message: 'the call of a static method',
    built: buildInvoke(header, {
      resourceUri: wmiUri('root/cimv2', 'Win32_Process'),
      keys: {},
      method: 'Create',
      parameters: { CommandLine: 'cmd /c "a & b"', CurrentDirectory: null, Tries: 3, Hidden: true },
    }),
    form: request(
      `${cimv2}/Win32_Process`,
      `${cimv2}/Win32_Process/Create`,
      '',
      `<c:Create_INPUT xmlns:c="${cimv2}/Win32_Process" ${xsi}><c:CommandLine>cmd /c "a &amp; b"</c:CommandLine>
       <c:CurrentDirectory xsi:nil="true"/><c:Tries>3</c:Tries><c:Hidden>true</c:Hidden></c:Create_INPUT>`,
    ),
  },
  {
    message: 'the call of a method with an array',
    built: buildInvoke(header, {
      resourceUri: wmiUri('root/default', 'StdRegProv'),
      keys: {},
      method: 'SetMultiStringValue',
      parameters: { sSubKeyName: 'A\\B', sValue: ['one', ''] },
    }),
    form: request(
      'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/default/StdRegProv',
      'http://schemas.microsoft.com/wbem/wsman/1/wmi/root/default/StdRegProv/SetMultiStringValue',
      '',
      `<r:SetMultiStringValue_INPUT xmlns:r="http://schemas.microsoft.com/wbem/wsman/1/wmi/root/default/StdRegProv">
       <r:sSubKeyName>A\\B</r:sSubKeyName><r:sValue>one</r:sValue><r:sValue/></r:SetMultiStringValue_INPUT>`,
    ),
  },
  {
    message: 'Subscribe to an event log',
    built: buildSubscribe(header, {
      log: 'Application',
      select: ['*[System[(EventID=1) and TimeCreated[timediff(@SystemTime) <= 86400000]]]', '*'],
      expiresMs: 120_000,
    }),
    form: request(
      'http://schemas.microsoft.com/wbem/wsman/1/windows/EventLog',
      'http://schemas.xmlsoap.org/ws/2004/08/eventing/Subscribe',
      '<w:OptionSet><w:Option Name="ContentFormat">Raw</w:Option></w:OptionSet>',
      `<eve:Subscribe><eve:Delivery Mode="http://schemas.dmtf.org/wbem/wsman/1/wsman/Pull"><w:Heartbeats>PT5.000S</w:Heartbeats>
       <w:Locale xml:lang="en-US" s:mustUnderstand="false"/><ms:DataLocale xml:lang="en-US" s:mustUnderstand="false"/>
       <w:ContentEncoding>UTF-8</w:ContentEncoding></eve:Delivery><eve:Expires>PT120.000S</eve:Expires>
       <w:Filter Dialect="http://schemas.microsoft.com/win/2004/08/events/eventquery"><![CDATA[<QueryList><Query Path="Application"><Select>*[System[(EventID=1) and TimeCreated[timediff(@SystemTime) &lt;= 86400000]]]</Select><Select>*</Select></Query></QueryList>]]></w:Filter>
       <w:Bookmark>http://schemas.dmtf.org/wbem/wsman/1/wsman/bookmark/earliest</w:Bookmark></eve:Subscribe>`,
    ),
  },
  {
    message: 'Unsubscribe',
    built: buildUnsubscribe(header, '885E9924'),
    form: request(
      'http://schemas.microsoft.com/wbem/wsman/1/windows/EventLog',
      'http://schemas.xmlsoap.org/ws/2004/08/eventing/Unsubscribe',
      '<eve:Identifier>885E9924</eve:Identifier>',
      '<eve:Unsubscribe/>',
    ),
  },
])('$message has the form that Windows takes', ({ built, form }) => {
  expect(normalXml(built)).toEqual(normalXml(form));
});

test('a log and an XPath expression arrive as they were, whatever is in them', () => {
  const select = [`*[EventData[Data='a "b" & <c>']]`, '*[System[Level<=2]]'];
  const log = 'Microsoft-Windows-R&D "x"/Operational';
  const { body } = parseEnvelope(buildSubscribe(header, { log, select, expiresMs: 1 }));
  const filter = body.children[0]?.children.find(({ name }) => name === 'Filter');
  const [query] = parseXml(Buffer.from(filter?.text ?? '')).children;
  expect(query?.attributes.get('Path')).toBe(log);
  expect(query?.children.map(({ text }) => text)).toEqual(select);
});
