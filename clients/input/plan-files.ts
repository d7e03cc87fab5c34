import { access, constants } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

import type { Gate } from '../../contracts/gate';
import type { NoticeChannel } from '../../contracts/notification';
import { fieldName, type FieldPath } from '../../contracts/parsed.schema';
import type { Plan } from '../../contracts/plan';
import type { Blackout } from '../../contracts/window';
import type { InputProblem } from './bad-input';
import type { Loaded } from './load';

/**
 * Files of calendars and certificates are relative to the plan that names them. Client and worker run in different
 * folders: what goes on from here carries no path that depends on one.
 */
export function withAbsoluteFiles(plan: Plan, planFile: string): Plan {
  const folder = dirname(planFile);
  const absolute = (file: string): string => resolve(folder, file);
  const { calendar, gates, notify } = plan;
  return {
    ...plan,
    calendar: calendar && {
      ...calendar,
      blackouts: calendar.blackouts.map((blackout) => withFile(blackout, absolute)),
    },
    gates: gates.map((gate) => ({ ...gate, check: withCaFile(gate.check, absolute) })),
    notify: notify.map((channel) => withCaFile(channel, absolute)),
  };
}

type Absolute = (file: string) => string;

const withFile = (blackout: Blackout, absolute: Absolute): Blackout =>
  blackout.kind === 'calendar' ? { ...blackout, file: absolute(blackout.file) } : blackout;

const withCaFile = <T extends Gate['check'] | NoticeChannel>(value: T, absolute: Absolute): T =>
  'caFile' in value && value.caFile !== null ? { ...value, caFile: absolute(value.caFile) } : value;

/** Files that the worker will need and that cannot be read here, each at its line. */
export async function missingFiles(plan: Loaded<Plan>): Promise<InputProblem[]> {
  const checked = await Promise.all(
    filesOf(plan.value).map(async ([path, file]): Promise<InputProblem[]> => {
      const code = await access(file, constants.R_OK).then(
        () => null,
        (error: unknown) => (error as NodeJS.ErrnoException).code ?? String(error),
      );
      if (code === null) return [];
      const what = code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`;
      return [
        {
          file: plan.file,
          line: plan.locate(path).line,
          field: fieldName(path),
          message: `${file} ${what}`,
          advice: 'put the file there, or correct the path; it is relative to the plan',
        },
      ];
    }),
  );
  return checked.flat();
}

function filesOf({ calendar, gates, notify }: Plan): (readonly [FieldPath, string])[] {
  return [
    ...(calendar?.blackouts ?? []).flatMap((blackout) =>
      blackout.kind === 'calendar'
        ? [[['blackoutWindows', blackout.name, 'calendar'], blackout.file] as const]
        : [],
    ),
    ...gates.flatMap(({ check }, index) => caFileOf(check, ['gates', index, check.kind, 'caFile'])),
    ...notify.flatMap((channel, index) => caFileOf(channel, pathOfChannel(channel, index))),
  ];
}

const caFileOf = (
  value: Gate['check'] | NoticeChannel,
  path: FieldPath,
): (readonly [FieldPath, string])[] =>
  'caFile' in value && value.caFile !== null ? [[path, value.caFile]] : [];

const pathOfChannel = ({ kind }: NoticeChannel, index: number): FieldPath =>
  kind === 'smtp' ? ['notify', index, 'smtp', 'caFile'] : ['notify', index, 'caFile'];
