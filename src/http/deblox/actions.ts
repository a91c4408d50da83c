import type { Action } from './action.ts';
import { deleteContainer, inspect, restart, start, stop } from './container-actions.ts';
import { createContainer, createRawContainer } from './create.ts';
import { listContainers, listImages } from './lists.ts';
import { register, unregister } from './register.ts';

export const actions: ReadonlyMap<string, Action> = new Map([
  ['register', register],
  ['unregister', unregister],
  ['create-container', createContainer],
  // Its name before the original was for others than its makers.
  ['create-unibet-container', createContainer],
  ['create-raw-container', createRawContainer],
  ['start-container', start],
  ['stop-container', stop],
  ['restart-container', restart],
  ['delete-container', deleteContainer],
  ['inspect-container', inspect],
  ['list-images', listImages],
  ['list-containers', listContainers],
]);
