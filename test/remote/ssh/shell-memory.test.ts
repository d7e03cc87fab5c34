import type { ShellFacts } from '../../../contracts/facts';
import { createShellMemory } from '../../../remote/ssh/shell-memory';

const cmd: ShellFacts = { kind: 'cmd', exitCodeBits: 32, conditionals: true };
const posix: ShellFacts = { kind: 'posix', exitCodeBits: 8, conditionals: true };

describe('shells of hosts', () => {
  it('are remembered for ten minutes from when they were asked, however often they are recalled', () => {
    let now = 0;
    const memory = createShellMemory({ now: () => now });
    memory.remember('a', cmd);
    now = 599_999;
    expect(memory.recall('a')).toEqual(cmd);
    now = 600_000;
    expect(memory.recall('a')).toBeNull();
  });

  it('make room for others in the order in which they were last wanted', () => {
    const memory = createShellMemory({ maxKept: 2 });
    memory.remember('a', cmd);
    memory.remember('b', cmd);
    memory.recall('a');
    memory.remember('c', posix);
    expect(['a', 'b', 'c'].map((key) => memory.recall(key)?.kind)).toEqual([
      'cmd',
      undefined,
      'posix',
    ]);
  });

  it('are forgotten when they have turned out wrong', () => {
    const memory = createShellMemory();
    memory.remember('a', cmd);
    memory.forget('a');
    expect(memory.recall('a')).toBeNull();
  });
});
