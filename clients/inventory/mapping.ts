import type { Block, HostDraft } from './found-host';
import type { HostView } from './host-view';

/** What the mapping of one kind works on. */
export interface Mapping {
  readonly view: HostView;
  readonly draft: HostDraft;
  /** What the fleet says of the host besides the inventory: `above` goes over it, `below` under it. */
  readonly above: Block;
  readonly below: Block;
  readonly jumpHosts: Block;
}

/** Quotes around a number are no difference to Ansible. */
export const wholeNumber = (value: unknown): unknown =>
  typeof value === 'string' && /^[0-9]{1,6}$/.test(value.trim()) ? Number(value) : value;
