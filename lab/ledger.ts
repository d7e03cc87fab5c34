import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { LabEffect, LedgerEntry } from './types';

/** What the hosts of one lab did, in order. */
export interface Ledger {
  readonly entries: readonly LedgerEntry[];
  record(host: string, effect: LabEffect, detail?: LedgerEntry['detail']): void;
  /** Calls back on each entry once it is written, synchronously; returns how to stop. */
  onEntry(listener: (entry: LedgerEntry) => void): () => void;
  close(): void;
}

/**
 * Appends one JSON line per side effect. The write is synchronous: a crash test kills a worker on an entry, and the
 * entry has to be on disk before anything that follows from it happens.
 *
 * @throws Error that names the file when it cannot be opened or written.
 */
export function createLedger(file: string | null, now: () => number = Date.now): Ledger {
  const entries: LedgerEntry[] = [];
  const listeners = new Set<(entry: LedgerEntry) => void>();
  let descriptor = file === null ? null : openForAppend(file);

  return {
    entries,
    record(host, effect, detail = {}) {
      const entry: LedgerEntry = { at: new Date(now()).toISOString(), host, effect, detail };
      if (file !== null && descriptor !== null) appendLine(file, descriptor, JSON.stringify(entry));
      entries.push(entry);
      for (const listener of listeners) listener(entry);
    },
    onEntry(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      if (descriptor !== null) closeSync(descriptor);
      descriptor = null;
      listeners.clear();
    },
  };
}

function openForAppend(file: string): number {
  try {
    mkdirSync(dirname(file), { recursive: true });
    return openSync(file, 'a');
  } catch (error) {
    throw new Error(
      `The lab's ledger ${file} cannot be opened (${reasonOf(error)}). Name a file in a folder that can be written.`,
      { cause: error },
    );
  }
}

function appendLine(file: string, descriptor: number, line: string): void {
  const bytes = Buffer.from(`${line}\n`);
  try {
    let written = 0;
    while (written < bytes.length) written += writeSync(descriptor, bytes, written);
  } catch (error) {
    throw new Error(
      `The lab's ledger ${file} cannot be written (${reasonOf(error)}). Free the disk or name another file.`,
      { cause: error },
    );
  }
}

function reasonOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error
    ? String(error.message)
    : String(error);
}
