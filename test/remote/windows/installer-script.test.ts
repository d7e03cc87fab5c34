import {
  cabinetsScript,
  installerScript,
  removalScript,
} from '../../../remote/windows/installer-script';

const folder = 'C:\\Windows\\hotfix-rollout\\KB3004383\\bbbbbbbb';
const cabinets = ['B', 'A'].map((name) => `${folder}\\_cabs\\Windows6.1-${name}-x64.cab`);
const identities = ['A', 'B'].map((name) => `Package_for_${name}~31bf3856ad364e35~amd64~~6.1.1.0`);
/** Lines of its work, without what is around it. */
const workOf = (script: string): string[] =>
  script.split('\r\n').filter((line) => line.startsWith('call :do'));

describe('a script for servicing', () => {
  const scripts = {
    package: installerScript('Windows6.1-KB3004383-x64.msu', 'a1b2c3d4'),
    cabinets: cabinetsScript(folder, cabinets, 'a1b2c3d4'),
    removal: removalScript(identities, 'a1b2c3d4'),
  };
  it.each(Object.entries(scripts))(
    'for a %s never redirects a handle by accident and ends every line as cmd wants it',
    (_, script) => {
      expect(script).not.toMatch(/echo [^\r\n]*>/);
      expect(script.split('\r\n').every((line) => !line.includes('\n'))).toBe(true);
    },
  );

  it('adds cabinets in the given order, beside itself', () => {
    expect(workOf(scripts.cabinets)).toEqual([
      'call :do "%~dp0_cabs\\Windows6.1-B-x64.cab"',
      'call :do "%~dp0_cabs\\Windows6.1-A-x64.cab"',
    ]);
    expect(scripts.cabinets).toContain(
      'dism /online /add-package /packagepath:%1 /quiet /norestart',
    );
    expect(scripts.cabinets).not.toContain('expand');
  });

  it('removes packages, the last first', () => {
    expect(workOf(scripts.removal)).toEqual(
      identities.toReversed().map((identity) => `call :do ${identity}`),
    );
    expect(scripts.removal).toContain(
      'dism /online /remove-package /packagename:%1 /quiet /norestart',
    );
  });

  it('without anything to do is no success', () => {
    for (const script of [cabinetsScript(folder, [], 'a1'), removalScript([], 'a1')])
      expect(script).toContain(':work\r\nif not defined RC set CODE=2\r\nexit /b 0');
  });

  it.each([
    'x & shutdown /r',
    'Package_for_KB1~31bf3856ad364e35~amd64~~6.1.1.0 /quiet',
    'Package_for_%OS%~31bf3856ad364e35~amd64~~6.1.1.0',
    'Package_for_KB1',
    '',
  ])('refuses %j as identity of a package', (identity) => {
    expect(() => removalScript([identity], 'a1')).toThrow(/is no identity/);
  });

  it.each([
    'C:\\Users\\x.cab',
    `${folder}\\..\\x.cab`,
    `${folder}\\_cabs\\a%b.cab`,
    `${folder}\\_cabs\\a" & b.cab`,
    `${folder}\\_cabs\\x.msu`,
    folder,
  ])('refuses %j as a cabinet', (cabinet) => {
    expect(() => cabinetsScript(folder, [cabinet], 'a1')).toThrow(/is no cabinet in/);
  });
});
