/** The life of one process as the programs in it see it: nothing may go on after a kill. */
export interface ProcessControl {
  readonly isKilled: boolean;
  kill(): void;
  /** @throws ProcessKilled when the process is over */
  check(): void;
  onKill(listener: () => void): () => void;
  /** A promise of something that takes time; rejects with ProcessKilled when the process is ended first. */
  race<T>(begin: (resolve: (value: T) => void) => () => void): Promise<T>;
}

export function createProcessControl(parent?: ProcessControl): ProcessControl {
  const listeners = new Set<() => void>();
  let isKilled = parent?.isKilled ?? false;

  const control: ProcessControl = {
    get isKilled() {
      return isKilled;
    },
    kill() {
      if (isKilled) return;
      isKilled = true;
      for (const listener of listeners) listener();
      listeners.clear();
    },
    check() {
      if (isKilled) throw new ProcessKilled();
    },
    onKill(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    race<T>(begin: (resolve: (value: T) => void) => () => void): Promise<T> {
      return new Promise((resolve, reject) => {
        if (isKilled) {
          reject(new ProcessKilled());
          return;
        }
        let cancel: (() => void) | null = null;
        const stopListening = control.onKill(() => {
          cancel?.();
          reject(new ProcessKilled());
        });
        cancel = begin((value) => {
          stopListening();
          resolve(value);
        });
      });
    },
  };
  parent?.onKill(() => control.kill());
  return control;
}

/** Thrown inside a program whose process was ended from outside. */
export class ProcessKilled extends Error {
  constructor() {
    super('The process was ended.');
  }
}
