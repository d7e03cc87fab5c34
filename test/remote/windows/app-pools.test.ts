import { appPoolsOf } from '../../../remote/windows/app-pools';
import { parseAppPools } from '../../../remote/windows/appcmd-xml';
import type { Section, Sections } from '../../../remote/windows/composite';
import { namesOf } from '../../../remote/windows/probe-names';

const head = '<?xml version="1.0" encoding="UTF-8"?>\r\n<appcmd>\r\n';
const pools = `${head}    <APPPOOL APPPOOL.NAME="One" PipelineMode="Integrated" RuntimeVersion="v2.0" state="Started" />\r\n    <APPPOOL APPPOOL.NAME="Two &amp; 3" state="Stopped" />\r\n</appcmd>\r\n`;
const workers = `${head}    <WP WP.NAME="30" APPPOOL.NAME="one" />\r\n    <WP WP.NAME="4" APPPOOL.NAME="One" />\r\n    <WP WP.NAME="x" APPPOOL.NAME="One" />\r\n</appcmd>\r\n`;
const applications = `${head}    <APP APP.NAME="Default Web Site/" path="/" APPPOOL.NAME="One" SITE.NAME="Default Web Site" />\r\n    <APP APP.NAME="Default Web Site/Rpc" path="/Rpc" APPPOOL.NAME="ONE" SITE.NAME="Default Web Site" />\r\n</appcmd>\r\n`;
const none = '<?xml version="1.0" encoding="UTF-8"?>\r\n<appcmd>\r\n</appcmd>\r\n';
const error = `${head}    <ERROR message="Cannot read configuration file" />\r\n</appcmd>\r\n`;

describe('application pools', () => {
  it('have their workers and their applications, whatever the case of their names', () => {
    expect(parseAppPools(pools, workers, applications)).toEqual([
      {
        name: 'One',
        state: 'started',
        workers: [4, 30],
        applications: ['Default Web Site/', 'Default Web Site/Rpc'],
      },
      { name: 'Two & 3', state: 'stopped', workers: [], applications: [] },
    ]);
  });

  it.each([
    { name: 'a cut list of pools', texts: [pools.slice(0, 120), workers, applications] },
    { name: 'a text', texts: ['ERROR ( message:Cannot read )', workers, applications] },
    { name: 'an error in place of the workers', texts: [pools, error, applications] },
    { name: 'a cut list of applications', texts: [pools, workers, applications.slice(0, 150)] },
  ])('cannot be told from $name', ({ texts: [one = '', two = '', three = ''] }) => {
    expect(parseAppPools(one, two, three)).toBeNull();
  });

  const section = (text: string, succeeded = true): Section => ({ ended: true, succeeded, text });
  const sections = (answers: { readonly [name: string]: Section }): Sections => ({
    of: (name) => answers[name] ?? { ended: false, succeeded: false, text: '' },
    truncated: false,
    timedOut: false,
    any: true,
  });

  it.each([
    {
      name: 'a host without IIS has none',
      answers: { pools: section('no-iis\r\n'), workers: section('no-iis\r\n') },
      known: true,
    },
    {
      name: 'a server without sites has pools without applications, with which appcmd may end with 1',
      answers: {
        pools: section(pools),
        workers: section(workers),
        applications: section(none, false),
      },
      known: true,
    },
    {
      name: 'without the list of applications no pool is known',
      answers: {
        pools: section(pools),
        workers: section(workers),
        applications: section(error, false),
      },
      known: false,
    },
    {
      name: 'without the end of the last list no pool is known',
      answers: { pools: section(pools), workers: section(workers) },
      known: false,
    },
  ])('$name', ({ answers, known }) => {
    expect(appPoolsOf(sections(answers)).known).toBe(known);
  });
});

describe('what a hotfix is about', () => {
  const { isOurService, isOurPool } = namesOf({
    fallback: {
      services: ['^MSExchange.*'],
      watchdogs: ['Health$Manager'],
      root: 'MSExchange.AD',
      appPools: ['^MSExchange.*AppPool$'],
      applications: ['^.*/(rpc|oab)$'],
    },
  });

  it.each([
    ['msexchangeis', true],
    ['HEALTH$manager', true],
    ['msexchange.ad', true],
    ['HealthXManager', false],
    ['OldMSExchangeIS', false],
  ])('service %s: %p', (name, isOurs) => expect(isOurService(name)).toBe(isOurs));

  it.each([
    [{ name: 'MSExchangeOWAAppPool', applications: [] }, true],
    [{ name: 'DefaultAppPool', applications: ['Default Web Site/', 'Default Web Site/RPC'] }, true],
    [{ name: 'DefaultAppPool', applications: ['Default Web Site/'] }, false],
    [{ name: 'DefaultAppPool', applications: ['Default Web Site/rpc/admin'] }, false],
    // What an earlier release recorded: nobody asked what lives in it.
    [{ name: 'DefaultAppPool' }, false],
    [{ name: 'msexchangeowaapppool' }, true],
  ])('pool %j: %p', (pool, isOurs) => expect(isOurPool(pool)).toBe(isOurs));
});
