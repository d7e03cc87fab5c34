import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLedger } from '../../lab/ledger';

describe('ledger', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ledger-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('has each entry on disk before anybody hears of it', () => {
    const file = join(folder, 'made', 'ledger.jsonl');
    const ledger = createLedger(file, () => Date.UTC(2015, 2, 11));
    const seen: string[] = [];
    ledger.onEntry(() => seen.push(readFileSync(file, 'utf8')));
    ledger.record('ex01', 'task-started', { task: 'T' });
    ledger.record('ex02', 'booted');
    const first =
      '{"at":"2015-03-11T00:00:00.000Z","host":"ex01","effect":"task-started","detail":{"task":"T"}}\n';
    const second =
      '{"at":"2015-03-11T00:00:00.000Z","host":"ex02","effect":"booted","detail":{}}\n';
    expect(seen).toEqual([first, first + second]);
    ledger.close();
  });

  it('appends to what is there', () => {
    const file = join(folder, 'ledger.jsonl');
    for (const host of ['a', 'b']) {
      const ledger = createLedger(file);
      ledger.record(host, 'booted');
      ledger.close();
    }
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(2);
  });

  it('stops calling a listener that has had enough', () => {
    const ledger = createLedger(null);
    const hosts: string[] = [];
    const stop = ledger.onEntry(({ host }) => hosts.push(host));
    ledger.record('a', 'booted');
    stop();
    ledger.record('b', 'booted');
    expect(hosts).toEqual(['a']);
    expect(ledger.entries.map(({ host }) => host)).toEqual(['a', 'b']);
  });

  it('says which file it cannot write and what to do', () => {
    expect(() => createLedger(folder)).toThrow(`The lab's ledger ${folder} cannot be opened`);
    // A device that is always full.
    const full = createLedger('/dev/full');
    expect(() => full.record('a', 'booted')).toThrow(
      /ledger \/dev\/full cannot be written \(ENOSPC.*Free the disk/,
    );
    full.close();
  });
});
