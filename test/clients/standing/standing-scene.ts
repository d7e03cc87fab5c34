import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A plan with its fleet in a folder of its own; the hosts pull the package by themselves, so that none is needed here. */
export interface StandingFolder {
  readonly folder: string;
  readonly planFile: string;
  writePlan(changes?: PlanChoice): Promise<void>;
  writeFleet(hosts: readonly string[]): Promise<void>;
  remove(): Promise<void>;
}

export interface PlanChoice {
  /** `HH:MM` in UTC, every day. */
  readonly at?: string;
  readonly duration?: string;
  readonly window?: string;
  /** Further lines of the plan. */
  readonly more?: string;
}

export async function createStandingFolder(): Promise<StandingFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'rollout-standing-'));
  const planFile = join(folder, 'plan.yaml');
  const scene: StandingFolder = {
    folder,
    planFile,
    async writePlan({ at = '22:00', duration = '3h', window, more = '' } = {}) {
      const daily = `window: { schedule: "RRULE:FREQ=DAILY", at: "${at}", scheduleTimezone: UTC, duration: ${duration} }`;
      await writeFile(
        planFile,
        [
          'change: CHG0031337',
          'hotfix: KB3004383',
          `package: { url: "https://packages.contoso.test/x.msu", sha256: ${'b'.repeat(64)} }`,
          'hosts: { labels: { role: exchange } }',
          window ?? daily,
          'hostDuration: 1m',
          'unreachableAfter: 4s',
          'rehearsal: { settle: 0s, observe: 0s, quietFor: 0s }',
          more,
          '',
        ].join('\n'),
      );
    },
    async writeFleet(hosts) {
      const lines = hosts.map(
        (host) =>
          `  ${host}: { address: ${host}.test, labels: { role: exchange }, connection: { kind: winrm, credentialRef: env:X } }`,
      );
      await writeFile(join(folder, 'fleet.yaml'), `hosts:\n${lines.join('\n')}\n`);
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
  await scene.writePlan();
  await scene.writeFleet(['ex01', 'ex02']);
  return scene;
}
