/** tf.js models among the files that a person gave. */
import { isModelRole } from '../../core/models/file-role.ts';
import type { FormatReader, FoundModel } from '../format.ts';
import { labelOf, textOf } from '../given-file.ts';
import { inPlainText } from '../graph/plain-text.ts';
import { asObject, parseJson } from '../json.ts';
import { isGraphModel } from './graph-model/graph-def.ts';
import { readGraphModel } from './graph-model/graph-model.ts';
import { readLayersModel } from './layers-model.ts';
import { isLikeShard, Shards } from './shards.ts';
import { shardPaths } from './weights-manifest.ts';

export const tfjsReader: FormatReader = {
  async find(given, { parts, refuseUnused, onStep }) {
    const isModel = given.some(({ role }) => isModelRole(role));
    const files = given
      // Where nothing else is a model, other JSON is taken for one: its reader says what is wrong with it.
      .filter(({ file, role }) => role.id === 'layers-model' || (role.use === 'json' && !isModel && file.archive === undefined))
      .map(({ file }) => file);
    const models = files.map((main): FoundModel => {
      const read = async () => {
        const own = new Shards(main, parts);
        refuseUnused(own.unused());
        const [name, text] = [labelOf(main), textOf(main)];
        const json = asObject(parseJson(name, text));
        if (json && isGraphModel(json)) return inPlainText(() => readGraphModel(name, json, (path) => own.read(path), onStep));
        return { artifacts: await readLayersModel(name, text, (path) => own.read(path)), remark: '' };
      };
      return { main, read };
    });
    return { models, unfinished: [] };
  },
  parts: {
    pathsIn: (main) => shardPaths(asObject(parseJson(labelOf(main), textOf(main)))),
    isLike: isLikeShard,
  },
};
