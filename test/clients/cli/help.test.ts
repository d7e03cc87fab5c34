import { rollout } from './run-in-process';

const commands = [
  'assess',
  'explain',
  'preview',
  'start',
  'mitigate',
  'rollback',
  'approve',
  'reject',
  'revoke',
  'list',
  'status',
  'watch',
  'pause',
  'resume',
  'abort',
  'skip',
  'hold',
  'unhold',
  'retry',
  'limits',
  'window-end',
  'ask-gate',
  'slots',
  'release',
  'report',
  'lab',
  'worker',
  'dev',
  'doctor',
  'demo',
];

describe('help', () => {
  it('names every command and every exit code, and ends with 0', async () => {
    const { code, stdout } = await rollout(['--help']);
    expect(code).toBe(0);
    for (const command of commands) expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
    for (const exit of [0, 1, 2, 3, 4])
      expect(stdout).toMatch(new RegExp(`^  ${String(exit)}  `, 'm'));
  });

  it.each(commands)('of %s says what it does, and that it can print JSON', async (command) => {
    const { code, stdout } = await rollout([command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: rollout ${command}`);
    expect(stdout).toContain('--json');
  });

  it.each(['list', 'check'])('of hotfix %s says that it can print JSON', async (command) => {
    const { code, stdout } = await rollout(['hotfix', command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: rollout hotfix ${command}`);
    expect(stdout).toContain('--json');
  });

  it('says what a success of mitigate and of rollback is', async () => {
    const { stdout } = await rollout(['--help']);
    expect(stdout).toMatch(/of rollout mitigate: mitigated; of rollout rollback: rolled-back/);
  });

  it.each([
    ['pause'],
    ['resume'],
    ['abort'],
    ['skip', 'ex01'],
    ['hold', 'ex01'],
    ['unhold', 'ex01'],
    ['retry', 'ex01'],
    ['reject'],
    ['revoke'],
    ['limits'],
    ['window-end'],
    ['ask-gate', 'mail-flow'],
  ])('%s is refused without a reason', async (command, ...rest) => {
    const { code, stderr } = await rollout([command, 'chg1', ...rest]);
    expect(code).toBe(2);
    expect(stderr).toContain('--reason');
  });

  it.each([
    { argv: [], says: 'Usage' },
    { argv: ['strat'], says: 'Did you mean start?' },
    { argv: ['explain', '../x'], says: 'letters, digits' },
    { argv: ['preview', 'p.yaml', '--action', 'undo'], says: 'fix, mitigate, rollback' },
    { argv: ['status'], says: "missing required argument 'id'" },
    { argv: ['status', '../x'], says: 'letters, digits' },
    { argv: ['report', 'chg1', '--format', 'pdf'], says: 'json, csv, html' },
    { argv: ['dev', '--port', '80'], says: '1024 to 65535' },
  ])('$argv is bad usage', async ({ argv, says }) => {
    const { code, stderr } = await rollout(argv);
    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });
});
