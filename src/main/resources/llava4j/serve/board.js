// The board of the tiny world: things on a three by three grid, painted by the server as the training pictures were.

import { post } from './server.js';

const byId = id => document.getElementById(id);

/** `use` is given the picture, a PNG as a data URI, whenever something changes. */
export function prepare(world, use) {
  world.kinds.forEach(kind => byId('kind').append(new Option(kind)));
  world.colors.forEach(color => byId('color').append(new Option(color)));
  const placed = new Map();
  const cells = world.places.map((place, cell) => {
    const press = document.createElement('button');
    press.type = 'button';
    press.addEventListener('click', async () => {
      placed.has(cell) ? placed.delete(cell) : placed.set(cell, { color: byId('color').value, kind: byId('kind').value, cell });
      name(press, place, placed.get(cell));
      use(placed.size === 0 ? null : await painted([...placed.values()]));
    });
    name(press, place, null);
    return press;
  });
  byId('cells').append(...cells);
  byId('board').hidden = false;
  return () => {
    placed.clear();
    cells.forEach((press, cell) => name(press, world.places[cell], null));
  };
}

function name(press, place, thing) {
  press.textContent = thing ? `${thing.color} ${thing.kind}` : place;
  press.setAttribute('aria-pressed', String(Boolean(thing)));
  press.setAttribute('aria-label', thing ? `${place}: ${thing.color} ${thing.kind}` : `${place}: empty`);
}

async function painted(things) {
  const blob = await (await post('/llava4j/board', { things })).blob();
  return new Promise(resolve => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve(reader.result));
    reader.readAsDataURL(blob);
  });
}
