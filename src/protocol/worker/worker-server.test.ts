/** The image that the worker keeps. Bitmaps cannot be made in Node: the server is spoken to directly, with something that can be closed. */
import { describe, expect, it } from 'vitest';
import { request, ScriptedEngine } from '../testing/scripted-engine.ts';
import { serveEngine } from './worker-server.ts';

describe('the worker’s image', () => {
  function served() {
    const engine = new ScriptedEngine();
    const target = new EventTarget();
    const replies: unknown[] = [];
    const endpoint = { addEventListener: target.addEventListener.bind(target), postMessage: (reply: unknown) => replies.push(reply) };
    serveEngine(engine, endpoint as Parameters<typeof serveEngine>[1]);
    let id = 0;
    const explain = (image: { id: string; pixels: unknown }) => {
      const { image: _own, ...rest } = request();
      target.dispatchEvent(new MessageEvent('message', { data: { id: ++id, call: { name: 'explain', request: { ...rest, image } } } }));
      return new Promise<void>((resolve) => setTimeout(resolve));
    };
    return { engine, replies, explain };
  }

  function bitmap() {
    return {
      width: 1,
      height: 1,
      isClosed: false,
      close() {
        this.isClosed = true;
      },
    };
  }

  it('is closed once another has taken its place and the last job that reads it has ended', async () => {
    const { engine, explain } = served();
    let end = () => {};
    engine.script = () =>
      new Promise((resolve) => {
        end = resolve;
      });
    const first = bitmap();
    const second = bitmap();
    await explain({ id: 'first', pixels: first });
    const endFirst = end;
    await explain({ id: 'second', pixels: second });
    expect(first.isClosed).toBe(false);
    endFirst();
    end();
    await new Promise((resolve) => setTimeout(resolve));
    expect(first.isClosed).toBe(true);
    expect(second.isClosed).toBe(false);
  });

  it('that is not at hand is said to be lost', async () => {
    const { explain, replies } = served();
    await explain({ id: 'unknown', pixels: null });
    expect(replies).toMatchObject([{ error: { code: 'internal' } }]);
  });
});
