// The conversation: what was asked and answered, sent whole with every question, since the server keeps none.

import { post, stream } from './server.js';

const byId = id => document.getElementById(id);

export class Chat {
  /** `onAnswer` is told when an answer is whole: the messages with it, and the element that shows it. */
  constructor(about, onAnswer) {
    this.about = about;
    this.onAnswer = onAnswer;
    this.picture = null;
    this.begin();
  }

  begin() {
    this.messages = [];
    this.stop();
    this.controller = null;             // an answer that still comes belongs to the conversation before
    byId('turns').replaceChildren();
    byId('mistake').textContent = '';
  }

  show(picture) {
    this.picture = picture;
    this.begin();
  }

  stop() {
    this.controller?.abort();
  }

  content(question) {
    if (this.messages.length > 0 || !this.picture) {
      return question;
    }
    return [{ type: 'image_url', image_url: { url: this.picture } }, { type: 'text', text: question }];
  }

  async ask(question, temperature) {
    const messages = [...this.messages, { role: 'user', content: this.content(question) }];
    const asked = line('you', question);
    const answer = line('model', '');
    const controller = new AbortController();
    this.controller = controller;
    let text = '';
    let result = { end: 'stopped', usage: null };
    byId('mistake').textContent = '';
    unknownWords(question, asked);
    try {
      result = await stream({ model: this.about.model, messages, temperature }, controller.signal, piece => {
        text += piece;
        answer.textContent = text;
      });
    } catch (failure) {
      if (!controller.signal.aborted) {
        byId('mistake').textContent = failure.message;
      }
    }
    if (this.controller !== controller || text === '') {
      answer.remove();
      if (text === '') {
        asked.remove();
      }
      return text !== '';
    }
    this.messages = [...messages, { role: 'assistant', content: text.trim() }];
    aside(answer, ended(result));
    try {
      await this.onAnswer(this.messages, answer);
    } catch (failure) {
      byId('mistake').textContent = failure.message;
    }
    return true;
  }
}

function line(who, text) {
  const item = document.createElement('li');
  item.className = who;
  item.textContent = text;
  byId('turns').append(item);
  item.scrollIntoView({ block: 'nearest' });
  return item;
}

export function aside(item, text) {
  if (text) {
    const note = document.createElement('p');
    note.className = 'aside';
    note.textContent = text;
    item.append(note);
  }
}

function ended(result) {
  if (result.end === 'stopped') {
    return 'stopped';
  }
  const usage = result.usage;
  const known = usage.prompt_tokens_details.cached_tokens;
  const read = `${usage.prompt_tokens} tokens read` + (known ? `, ${known} of them before` : '') + `, ${usage.completion_tokens} said`;
  return result.end === 'length' ? read + '; cut short' : read;
}

/** A small model has one token for all that it does not know; who asks should hear of it. */
async function unknownWords(question, item) {
  try {
    const { notice } = await (await post('/llava4j/words', { text: question })).json();
    aside(item, notice);
  } catch {
    // The question itself will tell what is wrong
  }
}
