/**
 * A file's name without characters that are not seen: some turn all that stands after them around, the sentence that it is named in too, and
 * `gpj.exe` looks like `exe.jpg`.
 */
export function plainName(name: string): string {
  return name.replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '');
}
