import { assessmentPieceBytes } from '../../contracts/names';
import type { HostAssessment } from '../../contracts/steps';
import { bytesOf } from '../host/evidence';

/** Splits assessments, in their order, so that each piece fits one answer of a query. */
export function splitPieces(
  assessments: readonly HostAssessment[],
  limitBytes = assessmentPieceBytes,
): HostAssessment[][] {
  const pieces: HostAssessment[][] = [];
  let room = 0;
  for (const assessment of assessments) {
    const bytes = bytesOf(assessment) + 1;
    if (bytes > room || pieces.length === 0) {
      pieces.push([]);
      room = limitBytes - 2;
    }
    pieces.at(-1)?.push(assessment);
    room -= bytes;
  }
  return pieces;
}
