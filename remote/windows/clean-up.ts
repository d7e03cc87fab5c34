import { Failure } from '../../contracts/failures';
import type { RunOptions, Session } from '../session';
import { ask, requireAnyAnswer } from './composite';
import { quoteArgument, quotePath } from './quoting';
import { isTaskOf, parseTasks, pullTaskName, tasksQuestion } from './scheduled-tasks';
import { stagingRoot } from './staging';

/**
 * Deletes the ended tasks of a hotfix and the folder of its package. While one of its tasks runs nothing is touched:
 * installer and pull need their files.
 *
 * @returns whether everything is gone
 * @throws Failure `bad-request` for a folder that staging cannot have made
 */
export async function removeTraces(
  session: Session,
  hotfixId: string,
  folder: string,
  options?: RunOptions,
): Promise<boolean> {
  const ours = `\\${stagingRoot}\\${hotfixId}\\`.toLowerCase();
  if (!folder.toLowerCase().includes(ours) || folder.includes('..')) {
    throw new Failure('bad-request', `${JSON.stringify(folder)} is no folder of this hotfix`);
  }
  const look = await ask(session, [tasksQuestion], options);
  requireAnyAnswer(look);
  const isOurs = isTaskOf(hotfixId);
  // The folder is named by the digest of its package, and so is the task that pulls it.
  const pull = pullTaskName(folder.slice(folder.lastIndexOf('\\') + 1));
  const tasks = parseTasks(look.of('tasks').text).filter(
    ({ name }) => isOurs(name) || name === pull,
  );
  if (tasks.some(({ state }) => state === 'running')) return false;
  const deletions = tasks.map(({ name }, index) => ({
    name: `task-${index}`,
    command: `schtasks /delete /tn ${quoteArgument(name)} /f >nul 2>&1`,
  }));
  const quoted = quotePath(folder);
  const done = await ask(
    session,
    [
      ...deletions,
      { name: 'folder', command: `(if exist ${quoted} (rmdir /s /q ${quoted}))` },
      { name: 'gone', command: `(if exist ${quoted} (echo there) else (echo gone))` },
    ],
    options,
  );
  return (
    deletions.every(({ name }) => done.of(name).succeeded) && done.of('gone').text.trim() === 'gone'
  );
}
