import type { InspectedPackage } from '../../contracts/steps';
import type { Answer } from '../../contracts/reason';
import { known, unknown } from '../../contracts/reason';
import { dismFields } from './dism-fields';
import type { DismField } from './dism-fields';
import { packageStateIn } from './dism-packages';

/** DISMAPI_E_BUSY: servicing is at work and says nothing until it is done. */
const busyCode = '0x800f0902';

/** What `dism /online /english /get-packageinfo /packagepath:` asks of one cabinet. */
export const packageInfoCommand = (quotedPath: string): string =>
  `dism /online /english /get-packageinfo /packagepath:${quotedPath} 2>&1`;

export const isServicingBusy = (text: string): boolean => errorIn(text) === busyCode;

/** The code that dism says it failed with, in lower case: `0x800f081e`, or a small one as a number. */
function errorIn(text: string): string | null {
  return /^\s*Error\s*:\s*(0x[0-9a-f]{1,8}|\d{1,10})\s*$/im.exec(text)?.[1]?.toLowerCase() ?? null;
}

/**
 * What dism told of a cabinet. Where its features begin the package is told: they have states of their own. What is
 * told twice and not alike is not told.
 */
export function packageInfoOf(text: string, cabinet: string): Answer<InspectedPackage> {
  const fields = ofPackage(dismFields(text));
  const identity = valueOf(fields, 'Package Identity') ?? '';
  if (identity === '') return unknown(`dism told no identity${saidIn(text)}`);
  const said = valueOf(fields, 'State') ?? '';
  const state = packageStateIn(said);
  if (state === undefined) {
    return unknown(`dism gave ${identity} the state ${JSON.stringify(said.slice(0, 60))}`);
  }
  const applicable = answers[valueOf(fields, 'Applicable')?.toLowerCase() ?? ''] ?? null;
  const restart = restarts[valueOf(fields, 'Restart Required')?.toLowerCase() ?? ''] ?? null;
  return known({ cabinet, identity, applicable, state, restart });
}

function ofPackage(all: readonly DismField[]): readonly DismField[] {
  const end = all.findIndex(({ name }) => /^(Features listing|Feature Name)/.test(name));
  return end < 0 ? all : all.slice(0, end);
}

const answers: { readonly [text: string]: boolean | undefined } = { yes: true, no: false };
const restarts: { readonly [text: string]: InspectedPackage['restart'] | undefined } = {
  required: 'required',
  possible: 'possible',
  no: 'no',
};

function valueOf(fields: readonly DismField[], name: string): string | undefined {
  const values = new Set(fields.filter((field) => field.name === name).map(({ value }) => value));
  return values.size === 1 ? [...values][0] : undefined;
}

/** From the error on, for the banner before it says nothing. */
export function saidIn(text: string): string {
  const from = text.search(/^\s*Error\s*:/im);
  const said = text.slice(Math.max(0, from)).replace(/\s+/g, ' ').trim().slice(0, 200);
  return said === '' ? '' : `: ${said}`;
}
