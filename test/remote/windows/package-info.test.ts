import fc from 'fast-check';

import { sourcesIn } from '../../../remote/windows/answer-file';
import { dismFields } from '../../../remote/windows/dism-fields';
import { packageStateOf, packageStatesOf } from '../../../remote/windows/dism-packages';
import { goalViewOf } from '../../../remote/windows/package-goal';
import { isServicingBusy, packageInfoOf } from '../../../remote/windows/package-info';

const identity = 'Package_for_KB3004383~31bf3856ad364e35~amd64~~6.1.1.0';
const cabinet = 'C:\\x\\Windows6.1-KB3004383-x64.cab';
const banner =
  '\r\nDeployment Image Servicing and Management tool\r\nVersion: 6.1.7600.16385\r\n\r\nImage Version: 6.1.7601.17514\r\n\r\n';

/** The block of a 10.0 dism, which has every line; a 6.1 one leaves most out. */
const long = (changes: { readonly [name: string]: string | null } = {}): string => {
  const lines = {
    'Package Identity': identity,
    Applicable: 'Yes',
    Copyright: 'Microsoft Corporation',
    'Creation Time': '',
    Description: 'Fix for KB3004383',
    'Install Package Name': `${identity}.mum`,
    'Install Time': '',
    'Release Type': 'Hotfix',
    'Restart Required': 'Possible',
    State: 'Not Present',
    'Completely offline capable': 'No',
    ...changes,
  };
  const block = Object.entries(lines)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name} : ${value}\r\n`);
  return (
    `${banner}Package information:\r\n\r\n${block.join('')}\r\nCustom Properties:\r\n\r\n` +
    `(No custom properties found)\r\n\r\nFeatures listing for package : ${identity}\r\n\r\n` +
    'Feature Name : Something\r\nState : Enabled\r\n\r\nThe operation completed successfully.\r\n'
  );
};
const short = `${banner}Package information:\r\nPackage Identity : ${identity}\r\nApplicable : No\r\nCopyright : Microsoft Corporation\r\nState : Installed\r\nDependency : Language Pack\r\nThe operation completed successfully\r\n`;
/** As a console of that width breaks it. */
const wrapped = (text: string, width: number): string =>
  text
    .split('\r\n')
    .flatMap((line) => line.match(new RegExp(`.{1,${width}}`, 'g')) ?? [''])
    .join('\r\n');

const told = (text: string) => {
  const answer = packageInfoOf(text, cabinet);
  return answer.known ? answer.value : answer.why;
};

describe('what dism tells of a cabinet', () => {
  it.each([
    { name: 'a block with every line', text: long(), applicable: true, state: 'absent' },
    {
      name: 'a short block',
      text: short,
      applicable: false,
      state: 'installed',
      restart: null,
    },
    {
      name: 'a bar of progress around it',
      text: `[===        20.0%            ]\r[==========100.0%==========]\r\n${long()}`,
      applicable: true,
      state: 'absent',
    },
    {
      name: 'a required restart',
      text: long({ 'Restart Required': 'Required' }),
      applicable: true,
      state: 'absent',
      restart: 'required',
    },
    {
      name: 'no word on its applicability',
      text: long({ Applicable: null }),
      applicable: null,
      state: 'absent',
    },
    {
      name: 'another word on it',
      text: long({ Applicable: 'Perhaps' }),
      applicable: null,
      state: 'absent',
    },
    {
      name: 'CR CR LF',
      text: long().replaceAll('\r\n', '\r\r\n'),
      applicable: true,
      state: 'absent',
    },
  ] as const)('is read with $name', ({ text, applicable, state, ...more }) => {
    const restart = 'restart' in more ? more.restart : 'possible';
    expect(told(text)).toEqual({ cabinet, identity, applicable, state, restart });
  });

  it.each([
    { text: 'Installed', state: 'installed' },
    { text: 'Install Pending', state: 'install-pending' },
    { text: 'Uninstall Pending', state: 'uninstall-pending' },
    { text: 'Superseded', state: 'superseded' },
    { text: 'Staged', state: 'staged' },
    { text: 'Not Present', state: 'absent' },
    { text: 'Resolved', state: 'absent' },
    { text: 'Removed', state: 'absent' },
  ])('has the state $state by the text $text', ({ text, state }) => {
    expect(told(long({ State: text }))).toMatchObject({ state });
  });

  it.each([20, 60, 79, 80])('is read when the console breaks lines at %d columns', (width) => {
    const name = identity.replace('Package_for_', 'Package_with_a_name_of_many_words_for_');
    const text = wrapped(
      `Package Identity : ${name}\r\nApplicable : Yes\r\nState : Staged\r\n`,
      width,
    );
    expect(told(text)).toMatchObject({ identity: name, applicable: true, state: 'staged' });
  });

  it.each([
    { name: 'a state that nobody knows', text: long({ State: 'Partially Installed' }) },
    { name: 'no state', text: long({ State: null }) },
    { name: 'no identity', text: long({ 'Package Identity': null }) },
    { name: 'two states', text: short.replace('Dependency :', 'State : Staged\r\nDependency :') },
    { name: 'nothing', text: '' },
    {
      name: 'an error',
      text: `${banner}\r\nError: 0x800f081e\r\n\r\nThe specified package is not applicable to this image.\r\n`,
    },
  ])('is not known with $name', ({ text }) => {
    expect(packageInfoOf(text, cabinet).known).toBe(false);
  });

  it('is never guessed from a reply that is cut before the state', () => {
    const end = long().indexOf('State : Not Present');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: end }), (at) => {
        expect(packageInfoOf(long().slice(0, at), cabinet).known).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it('says that servicing is busy only when it is', () => {
    const error = (code: string): string => `${banner}\r\nError: ${code}\r\n\r\nText.\r\n`;
    expect(isServicingBusy(error('0x800F0902'))).toBe(true);
    expect(isServicingBusy(error('0x800f081e'))).toBe(false);
    expect(isServicingBusy(long())).toBe(false);
  });
});

describe('an answer file', () => {
  const source = (file: string): string =>
    `<package action="install"><assemblyIdentity name="x" version="1"/><source location="%configsetroot%\\${file}" /></package>`;
  const document = (...packages: readonly string[]): string =>
    `\uFEFF<?xml version="1.0" encoding="utf-8"?>\r\n<unattend xmlns="urn:schemas-microsoft-com:unattend"><servicing>${packages.join('\r\n')}</servicing></unattend>\r\n`;

  it('names its cabinets in the order of the document, once each', () => {
    const text = document(source('b.CAB'), source('a.cab'), source('B.cab'));
    expect(sourcesIn(text)).toEqual(['b.CAB', 'a.cab']);
  });

  it('of several servicing elements is one list', () => {
    const text = document(source('b.cab')).replace(
      '</servicing>',
      `</servicing><servicing>${source('a.cab')}</servicing>`,
    );
    expect(sourcesIn(text)).toEqual(['b.cab', 'a.cab']);
  });

  it.each([
    { name: 'what is to be removed', text: document(source('a.cab').replace('install', 'remove')) },
    { name: 'a source outside of a package', text: '<a><source location="x\\a.cab"/></a>' },
    { name: 'what is no cabinet', text: document(source('a.exe')) },
    { name: 'no document', text: 'The system cannot find the file specified.\r\n' },
  ])('leaves out $name', ({ text }) => {
    expect(sourcesIn(text)).toEqual([]);
  });
});

describe('packages in a list', () => {
  const second = 'Package_for_KB3020369~31bf3856ad364e35~amd64~~6.1.1.1';
  const list = (...blocks: readonly (readonly [string, string])[]): string =>
    `${banner}Packages listing:\r\n\r\n${blocks
      .map(
        ([name, state]) =>
          `Package Identity : ${name}\r\nState : ${state}\r\nInstall Time :\r\n\r\n`,
      )
      .join('')}The operation completed successfully.\r\n`;
  const prefix = 'Package_for_KB3004383~';

  it('are found by whole identities, whatever the case of letters, and absent when not listed', () => {
    const text = list([identity.toUpperCase(), 'Install Pending'], [`${second}0`, 'Installed']);
    expect(packageStatesOf(text, [second, identity])).toEqual({
      known: true,
      value: [
        { identity: second, state: 'absent' },
        { identity: identity.toUpperCase(), state: 'install-pending' },
      ],
    });
  });

  it('are found where the console breaks their identities', () => {
    const text = wrapped(list([second, 'Installed'], [identity, 'Install Pending']), 40);
    expect(packageStateOf(text, prefix)).toMatchObject({ value: { state: 'install-pending' } });
  });

  const wanted = { packageIdentity: prefix, identities: [second, identity] };
  it.each([
    { goal: 'installed', own: 'Installed', other: null, state: 'absent', open: [second] },
    {
      goal: 'installed',
      own: 'Install Pending',
      other: 'Installed',
      state: 'install-pending',
      open: [],
    },
    { goal: 'installed', own: 'Superseded', other: 'Installed', state: 'superseded', open: [] },
    {
      goal: 'installed',
      own: 'Uninstall Pending',
      other: 'Installed',
      state: 'uninstall-pending',
      open: [identity],
    },
    { goal: 'installed', own: 'Staged', other: 'Installed', state: 'staged', open: [identity] },
    { goal: 'removed', own: 'Installed', other: null, state: 'installed', open: [identity] },
    {
      goal: 'removed',
      own: 'Install Pending',
      other: null,
      state: 'install-pending',
      open: [identity],
    },
    { goal: 'removed', own: 'Superseded', other: null, state: 'superseded', open: [identity] },
    {
      goal: 'removed',
      own: 'Uninstall Pending',
      other: null,
      state: 'uninstall-pending',
      open: [],
    },
    { goal: 'removed', own: 'Staged', other: null, state: 'staged', open: [] },
  ] as const)(
    'with $own and $other are $state on the way to be $goal',
    ({ goal, own, other, state, open }) => {
      const text = list([identity, own], ...(other === null ? [] : [[second, other] as const]));
      const view = goalViewOf(text, { ...wanted, goal });
      expect(view).toMatchObject({ known: true, value: { package: { state }, open } });
    },
  );

  it('are only the own one when no identities are given', () => {
    const view = goalViewOf(list([second, 'Installed']), {
      ...wanted,
      identities: [],
      goal: 'removed',
    });
    expect(view).toEqual({
      known: true,
      value: { package: { state: 'absent', identity: null }, open: [] },
    });
  });

  it('have no fields in the bar, the banner and the version', () => {
    expect(dismFields(`${banner}[====100.0%====]\rError: 740\r\n`)).toEqual([]);
  });
});
