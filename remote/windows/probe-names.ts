import { namesMatching } from './name-patterns';
import type { ProbeQuestion } from './probe-questions';

/** Which services and pools of a host a probe is about. */
export function namesOf({ fallback }: Pick<ProbeQuestion, 'fallback'>): {
  readonly isOurService: (name: string) => boolean;
  readonly isOurPool: (name: string) => boolean;
} {
  const { services, watchdogs, root, appPools } = fallback;
  return {
    isOurService: namesMatching([...services, ...watchdogs, ...literal(root)]),
    isOurPool: namesMatching(appPools),
  };
}

/** `root` is a name, the others are patterns. */
function literal(name: string | null): string[] {
  return name === null ? [] : [name.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)];
}
