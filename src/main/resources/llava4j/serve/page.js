// The page: a picture comes in, questions go out, and what the other files do is put together.

import { get, useToken } from './server.js';
import { Chat } from './chat.js';
import * as board from './board.js';
import * as look from './look.js';
import * as run from './run.js';

const byId = id => document.getElementById(id);
const LARGEST_SIDE = 1600;
const IDEAS = ['describe the picture in detail.', 'how many things are in the picture?', 'what is at the top?'];

let about;
let chat;
let emptyBoard = () => {};

function usePicture(uri, note) {
  const picture = byId('picture');
  look.away();
  chat.show(uri);
  picture.hidden = !uri;
  byId('drop-hint').hidden = Boolean(uri);
  byId('forget-picture').hidden = !uri;
  byId('drop').classList.toggle('filled', Boolean(uri));
  byId('picture-note').textContent = note ?? '';
  if (uri) {
    picture.src = uri;
  } else {
    picture.removeAttribute('src');
  }
}

/** A file as the model can take it: a model of fixed size is given that size, and no server an enormous photograph. */
async function useFile(file) {
  try {
    const bitmap = await createImageBitmap(file);
    const largest = Math.max(bitmap.width, bitmap.height);
    const fixed = about.picture?.fixed ? about.picture.side : 0;
    const fits = fixed ? bitmap.width === fixed && bitmap.height === fixed : largest <= LARGEST_SIDE;
    const scale = LARGEST_SIDE / largest;
    const width = fixed || (fits ? bitmap.width : Math.round(bitmap.width * scale));
    const height = fixed || (fits ? bitmap.height : Math.round(bitmap.height * scale));
    const canvas = document.createElement('canvas');
    canvas.width = width;
    canvas.height = height;
    const draw = canvas.getContext('2d');
    draw.imageSmoothingQuality = 'high';
    draw.drawImage(bitmap, 0, 0, width, height);
    emptyBoard();
    usePicture(canvas.toDataURL('image/png'), fits ? '' : `Brought from ${bitmap.width} x ${bitmap.height} to ${width} x ${height} pixels.`);
  } catch {
    byId('picture-note').textContent = 'This is no picture that the browser can read.';
  }
}

function receivePictures() {
  const drop = byId('drop');
  byId('file').addEventListener('change', event => event.target.files[0] && useFile(event.target.files[0]));
  byId('forget-picture').addEventListener('click', () => {
    emptyBoard();
    usePicture(null);
  });
  addEventListener('dragover', event => {
    event.preventDefault();
    drop.classList.add('over');
  });
  addEventListener('dragleave', () => drop.classList.remove('over'));
  addEventListener('drop', event => {
    event.preventDefault();
    drop.classList.remove('over');
    const file = event.dataTransfer.files[0];
    if (file) {
      useFile(file);
    }
  });
  addEventListener('paste', event => {
    const file = [...event.clipboardData.files].find(one => one.type.startsWith('image/'));
    if (file) {
      useFile(file);
    }
  });
  byId('picture').addEventListener('load', event =>
    event.target.classList.toggle('small', event.target.naturalWidth < 200));
}

function receiveQuestions() {
  const temperature = byId('temperature');
  temperature.addEventListener('input', () => {
    const value = Number(temperature.value);
    byId('temperature-value').textContent = value === 0 ? '0: the likeliest word' : value + ': drawn by chance';
  });
  byId('ask').addEventListener('submit', async event => {
    event.preventDefault();
    const question = byId('question').value.trim();
    if (question === '') {
      return;
    }
    busy(true);
    byId('question').value = '';
    const answered = await chat.ask(question, Number(temperature.value));
    if (!answered) {
      byId('question').value = question;
    }
    busy(false);
    byId('question').focus();
  });
  byId('stop').addEventListener('click', () => chat.stop());
  addEventListener('keydown', event => event.key === 'Escape' && chat.stop());
  byId('anew').addEventListener('click', () => {
    look.away();
    chat.begin();
    byId('question').focus();
  });
}

function busy(on) {
  byId('send').hidden = on;
  byId('stop').hidden = !on;
}

function offerIdeas() {
  byId('ideas').append(...IDEAS.map(idea => {
    const press = document.createElement('button');
    press.type = 'button';
    press.textContent = idea;
    press.addEventListener('click', () => {
      byId('question').value = idea;
      byId('ask').requestSubmit();
    });
    return press;
  }));
}

async function begin() {
  byId('token-form').hidden = true;
  try {
    about = await get('/llava4j/about');
  } catch (failure) {
    byId('about').textContent = failure.message;
    byId('token-form').hidden = failure.status !== 401;
    return;
  }
  byId('about').textContent = `${about.model}: ${about.parameters.toLocaleString('en')} parameters, context ${about.context} tokens`;
  byId('seeing').hidden = !about.picture;
  chat = new Chat(about, (messages, item) => look.words(messages, item, about));
  look.prepare(about);
  receivePictures();
  receiveQuestions();
  if (about.world) {
    emptyBoard = board.prepare(about.world, uri => usePicture(uri, ''));
    offerIdeas();
  }
  run.follow(() => byId('question').focus());
}

byId('token-form').addEventListener('submit', event => {
  event.preventDefault();
  useToken(byId('token').value);
  begin();
});
begin();
