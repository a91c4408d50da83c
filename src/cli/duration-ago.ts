/** Docker's `10m` and `1h30m` are so long ago; all else is for the API to read. */
export function pointInTime(text: string): string {
  if (!/^(?:\d{1,9}[smhd])+$/.test(text)) return text;
  const seconds = { s: 1, m: 60, h: 3_600, d: 86_400 };
  const ago = [...text.matchAll(/(\d+)([smhd])/g)].reduce((sum, [, count, unit]) => {
    return sum + Number(count) * seconds[unit as keyof typeof seconds];
  }, 0);
  return (Date.now() / 1000 - ago).toFixed(3);
}
