import type { Koffi } from '../../../../remote/winrm/kerberos/koffi';
import type { Loading } from '../../../../remote/winrm/kerberos/library';
import { loadGssapi } from '../../../../remote/winrm/kerberos/library';
import { createKerberosMechanism } from '../../../../remote/winrm/kerberos/mechanism';

const koffi = require('koffi') as Koffi;

const here: Loading = {
  platform: 'linux',
  architecture: 'x64',
  requireKoffi: () => koffi,
};

const notInstalled = (): never => {
  throw Object.assign(new Error("Cannot find module 'koffi'"), { code: 'MODULE_NOT_FOUND' });
};

describe('the library of Kerberos', () => {
  it('needs koffi', () => {
    expect(() => loadGssapi({ ...here, requireKoffi: notInstalled })).toThrow(
      expect.objectContaining({
        code: 'kerberos-unavailable',
        facts: { reason: 'koffi' },
        advice: expect.stringContaining('--include=optional') as string,
      }),
    );
  });

  it('needs the GSSAPI of the system', () => {
    // What koffi itself does when no file of the name is there.
    const elsewhere = { ...koffi, load: () => koffi.load('libgssapi-of-nobody.so.9') };
    expect(() => loadGssapi({ ...here, requireKoffi: () => elsewhere })).toThrow(
      expect.objectContaining({
        code: 'kerberos-unavailable',
        facts: { reason: 'library' },
        message: expect.stringMatching(/libgssapi_krb5\.so\.2 .*cannot open/) as string,
        advice: expect.stringContaining('libgssapi-krb5-2') as string,
      }),
    );
  });

  it('is not supported on Windows', () => {
    expect(() => loadGssapi({ ...here, platform: 'win32' })).toThrow(
      expect.objectContaining({ code: 'kerberos-unavailable', facts: { reason: 'platform' } }),
    );
  });

  it('is asked for before anything else of a login', async () => {
    const options = {
      credential: { username: 'hugo@CONTOSO.TEST', password: 'geheim' },
      servicePrincipal: 'HTTP/ex01.contoso.test',
      host: 'ex01.contoso.test:5986',
      scheme: 'Negotiate',
    } as const;
    const load = () => loadGssapi({ ...here, requireKoffi: notInstalled });
    await expect(createKerberosMechanism(options, load)).rejects.toMatchObject({
      code: 'kerberos-unavailable',
    });
  });
});
