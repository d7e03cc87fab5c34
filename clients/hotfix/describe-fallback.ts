import ms from 'ms';
import type { FallbackAction, FallbackDefinition, Hotfix } from '../../contracts/hotfix';
import type { Outline } from '../cli/outline';

/** What is done in which order, and what proves that it helped. */
export function describeFallback({ fallback: rule, symptom }: Hotfix): readonly Outline[] {
  const { actions } = rule;
  return [
    ...actions.map((action, index) => ({
      ...(actions.length > 1 && { mark: `${index + 1}.` }),
      ...actionOutline(action, rule),
    })),
    {
      text:
        symptom === null
          ? 'it helped when the host is then no longer affected'
          : `it helped when the symptom is not logged in the ${long(rule.observeMs)} after it`,
    },
  ];
}

const long = (value: number): string => ms(value, { long: true });

function actionOutline(action: FallbackAction, rule: FallbackDefinition): Outline {
  switch (action.kind) {
    case 'restart-services':
      return restart(rule);
    case 'recycle-pools':
      return recycle(rule);
    case 'set-registry':
      return { text: `set ${action.key}\\${action.value} to ${dataWords(action.data)}` };
    case 'delete-registry':
      return { text: `delete ${action.key}\\${action.value}` };
    case 'stop-service':
      return {
        text: `stop the service ${action.name}${action.disable ? ' and keep it from starting again' : ''}`,
      };
    case 'run-command':
      return {
        text: `run ${action.command} (at most ${long(action.timeoutMs)}; done with exit code ${action.done.join(' or ')})`,
      };
    default:
      return action satisfies never;
  }
}

function restart({
  services,
  root,
  watchdogs,
  stopTimeoutMs,
  startTimeoutMs,
}: FallbackDefinition): Outline {
  const texts = [
    ...(watchdogs.length === 0
      ? []
      : [`${watchdogs.join(' and ')} stop first and start last: they would restart the others`]),
    ...(root === null ? [] : [`${root} stops last and starts first: the others depend on it`]),
    `each may take ${long(stopTimeoutMs)} to stop and ${long(startTimeoutMs)} to start`,
  ];
  return {
    text: `restart those services named like ${services.join(', ')} that run`,
    of: texts.map((text) => ({ text })),
  };
}

function recycle({ appPools, applications }: FallbackDefinition): Outline {
  const which = [
    ...(appPools.length === 0 ? [] : [`named like ${appPools.join(', ')}`]),
    ...(applications.length === 0
      ? []
      : [`that host applications like ${applications.join(', ')}`]),
  ];
  if (which.length === 0) return { text: 'recycle no IIS pool: the definition names none' };
  return { text: `recycle the IIS pools ${which.join(', or ')}` };
}

/** Numbers as registry editors show them too: articles write most of them in hex. */
const dataWords = (data: number | string): string =>
  typeof data === 'string'
    ? `"${data}"`
    : data > 9
      ? `${data} (0x${data.toString(16).toUpperCase()})`
      : String(data);
