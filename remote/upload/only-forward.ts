/** Tells only what goes beyond what was told: pieces that are sent again, or by another way, are no news. */
export function onlyForward(tell: (sent: number) => void): (sent: number) => void {
  let told = -1;
  return (sent) => {
    if (sent <= told) return;
    told = sent;
    tell(sent);
  };
}
