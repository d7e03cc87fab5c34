/** An operand in the last bytes of a frame stays as it is. */
const untranslated = 10;

/**
 * Makes the targets of x86 CALL instructions (E8) relative again; the encoder made them absolute, because the same
 * target is then the same bytes ([MS-PATCH] 2.2.2).
 */
export function translateCalls(frame: Buffer, frameAt: number, translationSize: number): void {
  const end = frame.length - untranslated;
  for (let at = frame.indexOf(0xe8); at >= 0 && at < end; at = frame.indexOf(0xe8, at + 5)) {
    const position = frameAt + at;
    const absolute = frame.readInt32LE(at + 1);
    if (absolute < -position || absolute >= translationSize) continue;
    const relative = absolute >= 0 ? absolute - position : absolute + translationSize;
    frame.writeInt32LE(relative | 0, at + 1);
  }
}
