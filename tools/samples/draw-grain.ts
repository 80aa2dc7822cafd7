/**
 * Draws the sample image: a stained pollen grain as a light microscope would show it. A drawing by formulas, always the same one; the
 * page says so wherever it is shown.
 */
import type { Pixels } from '../../src/core/images/resize.ts';

const SIDE = 480;
const CENTRE = { x: 252, y: 236 };
const RADIUS = 138;
const SPINES = 26;
const APERTURES = [0.35, 2.45, 4.5];

/** The spines on the side that faces the viewer, spread evenly by the golden angle, foreshortened towards the rim. */
const SEEN_FROM_ABOVE = Array.from({ length: 64 }, (_, i) => {
  const depth = 0.82 * Math.sqrt((i + 0.5) / 64);
  const angle = i * 2.39996;
  return { x: CENTRE.x + Math.cos(angle) * depth * RADIUS, y: CENTRE.y + Math.sin(angle) * depth * RADIUS, size: 6.5 - 2.5 * depth };
});

/** A pseudo-random number in [0, 1) for a point of an integer grid. */
function hash(x: number, y: number): number {
  let state = Math.imul(x, 374761393) + Math.imul(y, 668265263) + 974711;
  state = Math.imul(state ^ (state >>> 13), 1274126177);
  return ((state ^ (state >>> 16)) >>> 0) / 4294967296;
}

function smooth(t: number): number {
  return t * t * (3 - 2 * t);
}

function mix(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}

/** Noise that varies smoothly over `size` pixels, in [0, 1). */
function noise(x: number, y: number, size: number): number {
  const column = Math.floor(x / size);
  const row = Math.floor(y / size);
  const across = smooth(x / size - column);
  const down = smooth(y / size - row);
  const above = mix(hash(column, row), hash(column + 1, row), across);
  const below = mix(hash(column, row + 1), hash(column + 1, row + 1), across);
  return mix(above, below, down);
}

/** 0 below `from`, 1 above `to`, smooth between. */
function step(from: number, to: number, value: number): number {
  return smooth(Math.min(1, Math.max(0, (value - from) / (to - from))));
}

type Colour = readonly [number, number, number];

function blend(under: Colour, over: Colour, share: number): Colour {
  return [mix(under[0], over[0], share), mix(under[1], over[1], share), mix(under[2], over[2], share)];
}

/** The slide: warm white, unevenly lit, with a little debris. */
function slide(x: number, y: number): Colour {
  const fall = Math.hypot(x - 210, y - 200) / 480;
  const light = 1 - 0.16 * fall * fall + 0.02 * (noise(x, y, 90) - 0.5);
  const debris = step(0.86, 0.98, noise(x + 900, y + 300, 41)) * 0.2;
  return blend([236 * light, 226 * light, 214 * light], [158, 132, 120], debris);
}

/** The grain's outline at an angle: a circle with blunt spines, dented where its apertures lie. */
function outline(angle: number): number {
  const spine = Math.max(0, Math.cos(angle * SPINES)) ** 3;
  const dent = APERTURES.reduce((sum, at) => sum + Math.exp(-((Math.sin((angle - at) / 2) / 0.09) ** 2)), 0);
  return RADIUS * (1 + 0.085 * spine * (0.8 + 0.4 * hash(Math.round((angle * SPINES) / (2 * Math.PI)), 5)) - 0.05 * dent);
}

/** The wall and the body, stained magenta, with the surface's grains seen from above. */
function grain(x: number, y: number, distance: number, edge: number): Colour {
  const depth = Math.min(1, distance / edge);
  const height = Math.sqrt(Math.max(0, 1 - depth * depth));
  const lit = 0.7 + 0.42 * height - 0.12 * (((x - CENTRE.x) * 0.6 + (y - CENTRE.y) * 0.8) / RADIUS);
  const texture = 0.16 * (noise(x, y, 9) - 0.5) + 0.1 * (noise(x, y, 22) - 0.5);
  const tone = lit + texture;
  const body: Colour = [196 * tone, 84 * tone, 138 * tone];
  const wall = step(0.84, 0.9, depth) * (1 - step(0.97, 1, depth));
  const walled = blend(body, [118, 30, 76], wall * 0.85);
  // Spines that point at the viewer: dark dots with a bright spot where the light catches them.
  let dot = 0;
  let glint = 0;
  for (const spine of SEEN_FROM_ABOVE) {
    const away = Math.hypot(x - spine.x, y - spine.y) / spine.size;
    dot = Math.max(dot, 1 - step(0.6, 1.3, away));
    glint = Math.max(glint, 1 - step(0.1, 0.55, Math.hypot(x - spine.x + 1.5, y - spine.y + 2) / spine.size));
  }
  const spined = blend(blend(walled, [128, 38, 90], dot * 0.55), [236, 150, 190], glint * 0.5);
  const pore = APERTURES.reduce((most, at) => {
    const away = Math.hypot(x - CENTRE.x - Math.cos(at) * RADIUS * 0.72, y - CENTRE.y - Math.sin(at) * RADIUS * 0.72);
    return Math.max(most, 1 - step(11, 19, away));
  }, 0);
  return blend(spined, [240, 176, 196], pore * 0.75);
}

/** `480 x 480`, RGBA. */
export function drawGrain(): Pixels {
  const data = new Uint8ClampedArray(SIDE * SIDE * 4);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const angle = Math.atan2(y - CENTRE.y, x - CENTRE.x);
      const distance = Math.hypot(x - CENTRE.x, y - CENTRE.y);
      const edge = outline(angle);
      // A soft rim: no lens has the whole grain in focus.
      const inside = 1 - step(edge - 4, edge + 3, distance);
      const halo = (1 - step(edge, edge + 16, distance)) * 0.35;
      const ground = blend(slide(x, y), [252, 246, 240], halo);
      const colour = inside > 0 ? blend(ground, grain(x, y, distance, edge), inside) : ground;
      const speck = 5 * (hash(x, y) - 0.5);
      const at = (y * SIDE + x) * 4;
      for (const [channel, value] of colour.entries()) data[at + channel] = value + speck;
      data[at + 3] = 255;
    }
  }
  return { width: SIDE, height: SIDE, data };
}
