// Where did it look? Each word of an answer can be pressed; the attention it paid to the picture is laid over it.

import { post } from './server.js';
import { aside } from './chat.js';

const byId = id => document.getElementById(id);
let looking = null;                     // the messages, token and word that are looked at

export function prepare(about) {
  options(byId('layer'), about.layers, 'layer');
  byId('layer').value = String(about.layers - 1);
  const heads = byId('head');
  heads.append(new Option('mean of all', 'mean'));
  for (let head = 0; head < about.heads; head++) {
    heads.append(new Option(String(head + 1), String(head)));
  }
  byId('layer').addEventListener('change', () => show(about, true));
  heads.addEventListener('change', () => show(about, false));
  byId('look-away').addEventListener('click', away);
}

function options(select, count) {
  for (let i = 0; i < count; i++) {
    select.append(new Option(String(i + 1), String(i)));
  }
}

export function away() {
  looking = null;
  byId('overlay').hidden = true;
  byId('look').hidden = true;
  document.querySelectorAll('.word.chosen').forEach(word => word.classList.remove('chosen'));
}

/** Asks for the sequence and makes the words of its last answer into buttons. */
export async function words(messages, item, about) {
  const hasPicture = Array.isArray(messages[0].content);
  const { tokens } = await (await post('/llava4j/look', { messages })).json();
  sequence(tokens);
  if (!hasPicture || !about.picture) {
    return;
  }
  let first = tokens.length - 1;
  while (first > 0 && tokens[first - 1].kind === 'scored') {
    first--;
  }
  const said = item.firstChild.textContent;
  const pieces = [];
  let at = 0;
  for (let place = first; place < tokens.length; place++) {
    const word = tokens[place].text.trim();
    const found = word === '' ? -1 : said.indexOf(word, at);
    if (found < 0) {
      continue;                         // the token that ends the answer
    }
    pieces.push(said.slice(at, found), button(word, messages, place, about));
    at = found + word.length;
  }
  pieces.push(said.slice(at));
  item.firstChild.replaceWith(...pieces);
  aside(item, 'Press a word to see where the model looked.');
}

function button(word, messages, token, about) {
  const press = document.createElement('button');
  press.type = 'button';
  press.className = 'word';
  press.textContent = word;
  press.addEventListener('click', () => {
    document.querySelectorAll('.word.chosen').forEach(other => other.classList.remove('chosen'));
    press.classList.add('chosen');
    looking = { messages, token, word, heads: null };
    show(about, true);
  });
  return press;
}

async function show(about, anew) {
  const now = looking;
  if (!now) {
    return;
  }
  if (anew) {
    const body = { messages: now.messages, token: now.token, layer: Number(byId('layer').value) };
    now.heads = (await (await post('/llava4j/look', body)).json()).heads;
  }
  if (now !== looking) {
    return;                             // another word was pressed meanwhile
  }
  const weights = chosen(now.heads).slice(about.picture.first);
  const sum = weights.reduce((a, b) => a + b, 0);
  const share = sum < 0.01 ? 'less than 1 %' : `${Math.round(100 * sum)} %`;
  byId('look-word').textContent = `When it chose “${now.word}”, ${share} of its attention went to the picture.`;
  byId('look').hidden = false;
  byId('drop').scrollIntoView({ block: 'nearest' });      // on a phone the picture stands above the words
  overlay(weights.slice(0, about.picture.across ** 2), about.picture.across);
}

function chosen(heads) {
  const head = byId('head').value;
  return head === 'mean' ? heads[0].map((_, place) => heads.reduce((sum, row) => sum + row[place], 0) / heads.length)
    : heads[Number(head)];
}

/** What was not looked at is darkened; the patch that was looked at most is framed. */
function overlay(weights, across) {
  const canvas = byId('overlay');
  canvas.hidden = false;
  const side = canvas.width = canvas.height = 600;
  const draw = canvas.getContext('2d');
  const most = Math.max(...weights, 1e-9);
  const cell = side / across;
  weights.forEach((weight, i) => {
    draw.fillStyle = `rgba(20, 20, 24, ${0.8 * (1 - weight / most)})`;
    draw.fillRect((i % across) * cell, Math.floor(i / across) * cell, cell + 0.5, cell + 0.5);
  });
  const best = weights.indexOf(Math.max(...weights));
  draw.strokeStyle = '#f0935a';
  draw.lineWidth = 6;
  draw.strokeRect((best % across) * cell + 3, Math.floor(best / across) * cell + 3, cell - 6, cell - 6);
}

function sequence(tokens) {
  const shown = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = document.createElement('span');
    token.className = 'token ' + tokens[i].kind;
    let same = 1;
    while (tokens[i].kind === 'image' && tokens[i + same]?.kind === 'image') {
      same++;
    }
    token.textContent = same > 1 ? `${tokens[i].text} × ${same}` : tokens[i].text || '·';
    i += same - 1;
    shown.push(token, ' ');
  }
  byId('tokens').replaceChildren(...shown);
}
