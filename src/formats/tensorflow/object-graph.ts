/** The graph of objects that TensorFlow 2 writes into a checkpoint: which of them belong to which, and what their variables are called. */
import { AppError } from '../../core/app-error.ts';
import { faultOf } from '../fault.ts';
import { Message } from '../protobuf/message.ts';
import type { Checkpoint } from './checkpoint.ts';

export interface Variable {
  /** Of its tensor in the checkpoint. */
  readonly key: string;
  /** As it was called where it was made, such as `conv2d_1/kernel`; empty where that is not noted. */
  readonly name: string;
}

interface GraphNode {
  /** Others that belong to it, by the names of its attributes; several names may lead to one of them. */
  readonly children: readonly (readonly [string, number])[];
  readonly variable: Variable | null;
}

export type ObjectGraph = readonly GraphNode[];

const GRAPH_KEY = '_CHECKPOINTABLE_OBJECT_GRAPH';

/** `TrackableObjectGraph`, and the messages in it. */
const NODES = 1;
const NODE = { children: 1, attributes: 2 } as const;
const CHILD = { id: 1, name: 2 } as const;
const ATTRIBUTE = { name: 1, fullName: 2, key: 3 } as const;
const VALUE = 'VARIABLE_VALUE';

function variableOf(attributes: readonly Message[]): Variable | null {
  const value = attributes.find((attribute) => attribute.text(ATTRIBUTE.name) === VALUE);
  const key = value?.text(ATTRIBUTE.key);
  return value && key ? { key, name: value.text(ATTRIBUTE.fullName) ?? '' } : null;
}

function nodeOf(message: Message): GraphNode {
  return {
    children: message.messages(NODE.children).map((child) => [child.text(CHILD.name) ?? '', child.number(CHILD.id) ?? 0]),
    variable: variableOf(message.messages(NODE.attributes)),
  };
}

/**
 * Null for checkpoints of TensorFlow 1, which have none.
 *
 * @throws AppError `model-file-broken` naming the file
 */
export function objectGraphOf(checkpoint: Checkpoint): ObjectGraph | null {
  const bytes = checkpoint.text(GRAPH_KEY);
  if (!bytes) return null;
  try {
    const nodes = new Message(bytes).messages(NODES).map(nodeOf);
    const isWhole = nodes.length > 0 && nodes.every(({ children }) => children.every(([, id]) => id < nodes.length));
    if (!isWhole) throw new Error('an object is missing');
    return nodes;
  } catch (cause) {
    throw new AppError(
      'model-file-broken',
      `The checkpoint ${checkpoint.fileName} does not say what its tensors belong to (${faultOf(cause)}); please save the weights again.`,
      { cause },
    );
  }
}
