import { randomUUID } from 'node:crypto';
import type { WinRmLimits } from './limits';

export interface PageLimit {
  readonly maxElements: number;
  /** Characters that there is room for. */
  readonly room: number;
}

/** Where the items of an enumeration come from, as XML. */
export interface ItemSource {
  /** The next items; none when there are none now. `too-large`: the first of them alone is longer than a page. */
  next(limit: PageLimit): readonly string[] | 'too-large';
  /** Whether there will never be another. */
  isDone(): boolean;
}

export interface Enumeration {
  readonly user: string;
  readonly resourceUri: string;
  readonly source: ItemSource;
  /** Of a subscription; null for what ends by itself. */
  readonly identifier: string | null;
}

/** Enumerations and subscriptions that are not at their end. Each page gives its context a new name. */
export interface LabEnumerations {
  count(user: string): number;
  /** Keeps it until its next page is asked for or its time is over; gives its context. */
  keep(enumeration: Enumeration, context?: string): string;
  /** Takes it out, so that no two requests have it; null for a context that is not that of the user. */
  take(user: string, resourceUri: string, context: string): Enumeration | null;
  /** Ends a subscription, also one that somebody waits at; false when there is none. */
  unsubscribe(user: string, identifier: string): boolean;
  /** Whether a subscription was ended while its events were waited for. */
  isEnded(enumeration: Enumeration): boolean;
  closeAll(): void;
}

interface Kept {
  readonly enumeration: Enumeration;
  readonly timer: NodeJS.Timeout;
}

export function createLabEnumerations({ enumerationTimeoutMs }: WinRmLimits): LabEnumerations {
  const kept = new Map<string, Kept>();
  /** Those of which a page is being made. */
  const taken = new Set<Enumeration>();
  const drop = (context: string): void => {
    clearTimeout(kept.get(context)?.timer);
    kept.delete(context);
  };
  const all = (): Enumeration[] => [...[...kept.values()].map((one) => one.enumeration), ...taken];
  return {
    count: (user) => all().filter((one) => one.user === user).length,
    keep(enumeration, context = `uuid:${randomUUID().toUpperCase()}`) {
      taken.delete(enumeration);
      const timer = setTimeout(() => drop(context), enumerationTimeoutMs).unref();
      kept.set(context, { enumeration, timer });
      return context;
    },
    take(user, resourceUri, context) {
      const found = kept.get(context)?.enumeration;
      const isIt = found?.user === user && sameUri(found.resourceUri, resourceUri);
      if (found === undefined || !isIt) return null;
      drop(context);
      // Only what is waited for lives on while its page is made; the others end or are kept again at once.
      if (found.identifier !== null) taken.add(found);
      return found;
    },
    unsubscribe(user, identifier) {
      const wanted = all().filter((one) => one.user === user && one.identifier === identifier);
      for (const [context, { enumeration }] of kept)
        if (wanted.includes(enumeration)) drop(context);
      for (const one of wanted) taken.delete(one);
      return wanted.length > 0;
    },
    isEnded: (enumeration) => enumeration.identifier !== null && !taken.has(enumeration),
    closeAll() {
      for (const context of kept.keys()) drop(context);
      taken.clear();
    },
  };
}

function sameUri(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** A list that is there already; items become XML when their page is made. */
export function listSource<T>(items: readonly T[], encode: (item: T) => string): ItemSource {
  let at = 0;
  return {
    isDone: () => at >= items.length,
    next({ maxElements, room }) {
      const page: string[] = [];
      let left = room;
      for (const item of items.slice(at, at + maxElements)) {
        const xml = encode(item);
        left -= xml.length;
        if (left < 0) break;
        page.push(xml);
      }
      if (page.length === 0 && at < items.length) return 'too-large';
      at += page.length;
      return page;
    },
  };
}
