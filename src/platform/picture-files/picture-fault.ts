/**
 * What is wrong with a picture's file, as a sentence goes on after the file's name: "is cut short; please get the whole file again".
 * Whoever knows the name makes the whole sentence of it.
 */
export class PictureFault extends Error {}

export function damaged(what: string): PictureFault {
  return new PictureFault(`is damaged (${what}); please get it again`);
}

export function cutShort(): PictureFault {
  return new PictureFault('is cut short; please get the whole file again');
}
