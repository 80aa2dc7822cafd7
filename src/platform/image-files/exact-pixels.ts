/** What a canvas does not give back: the colours of transparent pixels, which it multiplies by their opacity. WebGL does not. */
import type { Pixels } from '../../core/images/resize.ts';

/** The side of what is handed to the GPU at a time, which is within the limits of all of them. */
const TILE = 2048;

/**
 * @param bitmap made with `premultiplyAlpha: 'none'`
 * @returns null where there is no WebGL
 */
export async function exactPixels(bitmap: ImageBitmap): Promise<Pixels | null> {
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
  if (!gl) return null;
  const { width, height } = bitmap;
  const data = new Uint8ClampedArray(width * height * 4);
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.bindFramebuffer(gl.FRAMEBUFFER, gl.createFramebuffer());
  gl.pixelStorei(gl.UNPACK_COLORSPACE_CONVERSION_WEBGL, gl.NONE);
  // Rows of a tile go where they belong in the whole.
  gl.pixelStorei(gl.PACK_ROW_LENGTH, width);
  for (let y = 0; y < height; y += TILE) {
    for (let x = 0; x < width; x += TILE) {
      const [across, down] = [Math.min(TILE, width - x), Math.min(TILE, height - y)];
      const tile = await createImageBitmap(bitmap, x, y, across, down, { premultiplyAlpha: 'none', colorSpaceConversion: 'none' });
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, tile);
      tile.close();
      gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
      gl.readPixels(0, 0, across, down, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(data.buffer), (y * width + x) * 4);
    }
  }
  const isRead = gl.getError() === gl.NO_ERROR;
  // A page has few of them at a time.
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return isRead ? { width, height, data } : null;
}
