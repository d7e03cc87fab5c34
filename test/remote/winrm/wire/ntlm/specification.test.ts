import { createNtlmAcceptor } from '../../../../../remote/winrm/wire/ntlm/acceptor';
import { decodeAuthenticate } from '../../../../../remote/winrm/wire/ntlm/authenticate-message';
import { avIds } from '../../../../../remote/winrm/wire/ntlm/av-pairs';
import { hashBindings } from '../../../../../remote/winrm/wire/ntlm/bindings';
import { decodeChallenge } from '../../../../../remote/winrm/wire/ntlm/challenge-message';
import { createNtlmInitiator } from '../../../../../remote/winrm/wire/ntlm/initiator';
import { writeText } from '../../../../../remote/winrm/wire/ntlm/message';
import { ntHash, responseKey } from '../../../../../remote/winrm/wire/ntlm/password';
import { rc4Once } from '../../../../../remote/winrm/wire/ntlm/rc4';
import {
  computeLmResponse,
  computeProof,
  computeSessionBaseKey,
  encodeClientChallenge,
  encodeFileTime,
} from '../../../../../remote/winrm/wire/ntlm/response';
import { createNtlmSecurity, deriveKey } from '../../../../../remote/winrm/wire/ntlm/security';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');

/** [MS-NLMP] 4.2.1, the values that all its examples share. */
const common = {
  username: 'User',
  domain: 'Domain',
  password: 'Password',
  randomSessionKey: Buffer.alloc(16, 0x55),
  time: Buffer.alloc(8),
  clientChallenge: Buffer.alloc(8, 0xaa),
  serverChallenge: hex('0123456789abcdef'),
};

/** [MS-NLMP] 4.2.4, the AV pairs of its server. */
const targetInfo = new Map([
  [avIds.netbiosDomain, writeText('Domain')],
  [avIds.netbiosComputer, writeText('Server')],
]);

const key = responseKey(ntHash(common.password), common.username, common.domain);
const blob = encodeClientChallenge({
  time: common.time,
  challenge: common.clientChallenge,
  pairs: targetInfo,
});
const proof = computeProof(key, common.serverChallenge, blob);
const sessionBaseKey = computeSessionBaseKey(key, proof);

describe('the examples of [MS-NLMP] 4.2', () => {
  test.each([
    {
      what: 'NTOWFv1 (4.2.2.1.2)',
      ours: ntHash(common.password),
      theirs: 'a4f49c406510bdcab6824ee7c30fd852',
    },
    { what: 'NTOWFv2 (4.2.4.1.1)', ours: key, theirs: '0c868a403bfd7a93a3001ef22ef02e3f' },
    {
      what: 'the session base key (4.2.4.1.2)',
      ours: sessionBaseKey,
      theirs: '8de40ccadbc14a82f15cb0ad0de95ca3',
    },
    {
      what: 'temp (4.2.4.1.3)',
      ours: blob,
      theirs: `01010000 00000000 00000000 00000000 aaaaaaaa aaaaaaaa 00000000
        02000c00 44006f006d00610069006e00 01000c00 530065007200760065007200 00000000 00000000`,
    },
    {
      what: 'the LMv2 response (4.2.4.2.1)',
      ours: computeLmResponse(key, common.serverChallenge, common.clientChallenge),
      theirs: '86c35097ac9cec102554764a57cccc19 aaaaaaaaaaaaaaaa',
    },
    {
      what: 'the NTLMv2 response (4.2.4.2.2)',
      ours: proof,
      theirs: '68cd0ab851e51c96aabc927bebef6a1c',
    },
    {
      what: 'the encrypted session key (4.2.4.2.3)',
      ours: rc4Once(sessionBaseKey, common.randomSessionKey),
      theirs: 'c5dad2544fc9799094ce1ce90bc9d03e',
    },
    {
      what: 'the seal key (4.2.4.4)',
      ours: deriveKey(common.randomSessionKey, 'client-to-server sealing'),
      theirs: '59f600973cc4960a25480a7c196e4c58',
    },
    {
      what: 'the sign key (4.2.4.4)',
      ours: deriveKey(common.randomSessionKey, 'client-to-server signing'),
      theirs: '4788dc861b4782f35d43fd98fe1a2d39',
    },
  ])('have the same $what', ({ ours, theirs }) => {
    expect(ours.toString('hex')).toBe(hex(theirs).toString('hex'));
  });

  test('have the same sealed message (4.2.4.4)', () => {
    const security = createNtlmSecurity(common.randomSessionKey, 'client');
    const { header, data } = security.seal(writeText('Plaintext'));
    expect(data.toString('hex')).toBe('54e50165bf1936dc996020c1811b0f06fb5f');
    expect(header.toString('hex')).toBe('010000007fb38ec5c55d497600000000');
  });
});

// [MS-NLMP] 4.2.4.3.
const challengeMessage = hex(
  `4e544c4d53535000 02000000 0c000c0038000000 33828ae2 0123456789abcdef 0000000000000000
   2400240044000000 060070170000000f 530065007200760065007200
   02000c0044006f006d00610069006e00 01000c00530065007200760065007200 00000000`,
);

describe('the tokens of [MS-NLMP] 4.2.4.3', () => {
  test('the challenge is read', () => {
    const {
      flags,
      serverChallenge,
      targetName,
      targetInfo: pairs,
    } = decodeChallenge(challengeMessage);
    expect(flags).toBe(0xe28a8233);
    expect(serverChallenge).toEqual(common.serverChallenge);
    expect(targetName).toBe('Server');
    expect([...pairs]).toEqual([...targetInfo]);
  });

  const authenticateMessage = hex(
    `4e544c4d53535000 03000000 180018006c000000 5400540084000000 0c000c0048000000
     0800080054000000 100010005c000000 10001000d8000000 358288e2 0501280a0000000f
     44006f006d00610069006e00 5500730065007200 43004f004d0050005500540045005200
     86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa
     68cd0ab851e51c96aabc927bebef6a1c
     01010000000000000000000000000000aaaaaaaaaaaaaaaa00000000
     02000c0044006f006d00610069006e00 01000c00530065007200760065007200 0000000000000000
     c5dad2544fc9799094ce1ce90bc9d03e`,
  );

  test('the answer is read, though it has no room for a MIC', () => {
    expect(decodeAuthenticate(authenticateMessage)).toMatchObject({
      flags: 0xe2888235,
      username: 'User',
      domain: 'Domain',
      workstation: 'COMPUTER',
      ntResponse: Buffer.concat([proof, blob]),
      encryptedSessionKey: hex('c5dad2544fc9799094ce1ce90bc9d03e'),
      mic: null,
    });
  });

  test('our host lets that client in, and unseals its message', () => {
    const acceptor = createNtlmAcceptor({
      computerName: 'Server',
      domainName: 'Domain',
      dnsComputerName: '',
      dnsDomainName: '',
      channelBindings: null,
      requireBindings: 'never',
      random: () => common.serverChallenge,
    });
    const client = createNtlmInitiator({
      login: common,
      channelBindings: null,
      servicePrincipal: null,
    });
    acceptor.challenge(client.negotiate());
    const verdict = acceptor.authenticate(authenticateMessage, () => common.password);
    if (!verdict.ok) throw new Error(verdict.why);
    const header = hex('010000007fb38ec5c55d497600000000');
    const data = hex('54e50165bf1936dc996020c1811b0f06fb5f');
    expect(verdict.security.unseal(header, data)).toEqual(writeText('Plaintext'));
  });

  test('our client answers that challenge, which names no time, with its own and an LMv2 response', () => {
    const client = createNtlmInitiator({
      login: { ...common, workstation: 'COMPUTER' },
      channelBindings: null,
      servicePrincipal: null,
      random: (length) => (length === 8 ? common.clientChallenge : common.randomSessionKey),
      now: () => Date.UTC(1601, 0, 1),
    });
    client.negotiate();
    const answer = decodeAuthenticate(client.authenticate(challengeMessage).token);
    expect(answer.lmResponse).toEqual(hex('86c35097ac9cec102554764a57cccc19 aaaaaaaaaaaaaaaa'));
    expect(answer.ntResponse.subarray(16, 44)).toEqual(blob.subarray(0, 28));
    expect(answer.mic).toEqual(Buffer.alloc(16));
  });
});

describe('what the examples leave out', () => {
  // RFC 4121, 4.1.1.2, worked by hand: 16 zeros, length 5 in little-endian order, the data.
  test('channel bindings are hashed as a GSSAPI structure', () => {
    expect(hashBindings(Buffer.from('a:b:c')).toString('hex')).toBe(
      'bccd36f4751c3514730caf524312af66',
    );
    expect(hashBindings(null)).toEqual(Buffer.alloc(16));
  });

  test.each([
    { at: Date.UTC(1601, 0, 1), time: '0000000000000000' },
    { at: 0, time: '00803ed5deb19d01' },
  ])('time is counted from 1601 ($at)', ({ at, time }) => {
    expect(encodeFileTime(at).toString('hex')).toBe(time);
  });
});

describe('a user in capitals, as Windows makes them', () => {
  const same = (one: string, other: string): boolean =>
    responseKey(Buffer.alloc(16), one, 'D').equals(responseKey(Buffer.alloc(16), other, 'D'));

  test.each([
    { name: 'jürgen', capitals: 'JÜRGEN' },
    { name: 'оператор', capitals: 'ОПЕРАТОР' },
    { name: 'ÿ', capitals: 'Ÿ' },
    { name: 'weiß', capitals: 'WEIß' },
    { name: 'ılgın', capitals: 'ıLGıN' },
    { name: 'ﬁ', capitals: 'ﬁ' },
    { name: '𐐨', capitals: '𐐨' },
  ])('$name is $capitals', ({ name, capitals }) => {
    expect(same(name, capitals)).toBe(true);
  });

  test.each([
    { name: 'weiß', other: 'WEISS' },
    { name: 'ılgın', other: 'ILGIN' },
    { name: '𐐨', other: '𐐀' },
  ])('$name is not $other', ({ name, other }) => {
    expect(same(name, other)).toBe(false);
  });

  test('the domain stays as it was given', () => {
    const hash = Buffer.alloc(16);
    expect(responseKey(hash, 'u', 'contoso')).not.toEqual(responseKey(hash, 'u', 'CONTOSO'));
  });
});
