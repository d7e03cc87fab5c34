import type { Answer } from '../../contracts/reason';
import { unknown } from '../../contracts/reason';
import type { Section } from './composite';
import { linesOf } from './decode';

/** Why a section gives no answer: its end did not come, or its tool failed and said something. */
export function whyNot(tool: string, section: Section): Answer<never> {
  if (!section.ended) return unknown(`the reply ended before ${tool} had answered`);
  const said = linesOf(section.text)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ')
    .slice(0, 200);
  return unknown(`${tool} failed${said === '' ? '' : `: ${said}`}`);
}
