/** tf.js models among the files that a person gave. */
import { isModelRole } from '../../core/models/file-role.ts';
import type { FormatReader, FoundModel } from '../format.ts';
import { labelOf, textOf } from '../given-file.ts';
import { asObject, parseJson } from '../json.ts';
import { readLayersModel, shardPaths } from './layers-model.ts';
import { isLikeShard, Shards } from './shards.ts';

export const tfjsReader: FormatReader = {
  async find(given, { parts, refuseUnused }) {
    const isModel = given.some(({ role }) => isModelRole(role));
    const files = given
      // Where nothing else is a model, other JSON is taken for one: its reader says what is wrong with it.
      .filter(({ file, role }) => role.id === 'layers-model' || (role.use === 'json' && !isModel && file.archive === undefined))
      .map(({ file }) => file);
    const models = files.map((main): FoundModel => {
      const read = async () => {
        const own = new Shards(main, parts);
        refuseUnused(own.unused());
        return { artifacts: await readLayersModel(labelOf(main), textOf(main), (path) => own.read(path)), remark: '' };
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
