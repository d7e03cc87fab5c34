import type { LabFaults } from '../types';
import type { HostClock } from './clock';
import type { ShutdownReason } from './log/system-events';
import { servicingReason } from './servicing-reason';

/** Whether the machine is up, and how it goes down. */
export interface Power {
  readonly state: 'on' | 'off';
  /** Host time of the last boot. */
  readonly bootedAt: number;
  /** 0 accepted, 1190 one is scheduled already, 1115 one is under way. */
  shutDown(order: ShutdownOrder): number;
  /** 0, 1116 nothing to abort, 1115 too late. */
  abort(): number;
  onChange(listener: (state: 'on' | 'off') => void): () => void;
}

export interface ShutdownOrder {
  readonly delayMs: number;
  readonly restarts: boolean;
  readonly reason: ShutdownReason;
}

export interface PowerOptions {
  readonly clock: HostClock;
  readonly bootedAt: number;
  readonly faults: () => LabFaults;
  readonly onAccepted: (order: ShutdownOrder) => void;
  readonly onAborted: () => void;
  /** Processes and services end, before the ports close. */
  readonly onOff: () => void;
  /** Everything that a boot brings, before the ports open. */
  readonly onBoot: () => void;
}

const defaultBootMs = 40_000;
/** Services are stopped and nothing new is taken for so long. */
const stoppingMs = 2000;

/** Servicing wants one more reboot. */
const secondReboot: ShutdownOrder = {
  delayMs: 0,
  restarts: true,
  reason: servicingReason,
};

export function createPower(options: PowerOptions): Power {
  const { clock, faults } = options;
  const listeners = new Set<(state: 'on' | 'off') => void>();
  let state: 'on' | 'off' = 'on';
  let phase: 'idle' | 'scheduled' | 'stopping' = 'idle';
  let bootedAt = options.bootedAt;
  let cancelScheduled = nothing;
  let secondRebootIsDue = true;

  const change = (next: 'on' | 'off'): void => {
    state = next;
    listeners.forEach((listener) => listener(next));
  };
  const planSecondReboot = (): void => {
    const { secondRebootAfterMs } = faults();
    if (secondRebootAfterMs === undefined || !secondRebootIsDue) return;
    secondRebootIsDue = false;
    clock.after(secondRebootAfterMs, () => state === 'on' && shutDown(secondReboot));
  };
  const boot = (): void => {
    clock.step(faults().clockStepMs ?? 0);
    bootedAt = clock.now();
    phase = 'idle';
    options.onBoot();
    change('on');
    planSecondReboot();
  };
  const goDown = ({ restarts }: ShutdownOrder): void => {
    phase = 'stopping';
    clock.after(stoppingMs, () => {
      options.onOff();
      change('off');
      const { neverReturns, bootMs = defaultBootMs } = faults();
      if (restarts && neverReturns !== true) clock.after(bootMs, boot);
    });
  };
  const shutDown = (order: ShutdownOrder): number => {
    if (phase !== 'idle') return phase === 'stopping' ? 1115 : 1190;
    phase = 'scheduled';
    options.onAccepted(order);
    cancelScheduled = clock.after(order.delayMs, () => goDown(order));
    return 0;
  };

  return {
    get state() {
      return state;
    },
    get bootedAt() {
      return bootedAt;
    },
    shutDown,
    abort() {
      if (phase !== 'scheduled') return phase === 'idle' ? 1116 : 1115;
      phase = 'idle';
      cancelScheduled();
      options.onAborted();
      return 0;
    },
    onChange: (listener) => addTo(listeners, listener),
  };
}

function nothing(): void {
  // Until a shutdown is scheduled there is none to cancel.
}

function addTo<T>(set: Set<T>, item: T): () => void {
  set.add(item);
  return () => set.delete(item);
}
