// A training run as it goes: its loss, what is left of it, and the same pictures asked again; then the conversation opens.

import { get } from './server.js';

const byId = id => document.getElementById(id);
const EVERY_MS = 1000;

/** `onOver` is told when the model no longer changes. */
export async function follow(onOver) {
  let run;
  try {
    run = await get('/llava4j/run');
  } catch {
    setTimeout(() => follow(onOver), 5 * EVERY_MS);
    return;
  }
  byId('run').hidden = run.state === 'none';
  document.querySelector('main').hidden = run.state === 'under way';
  if (run.state !== 'none') {
    show(run);
  }
  if (run.state === 'under way') {
    setTimeout(() => follow(onOver), EVERY_MS);
  } else {
    onOver();
  }
}

let redraw = () => {};
addEventListener('resize', () => redraw());

function show(run) {
  byId('run-state').textContent = state(run);
  redraw = () => loss(run.losses, run.steps ?? 1);
  redraw();
  byId('run-answers').replaceChildren(...run.answers.map(figure));
}

function state(run) {
  if (run.step === undefined) {
    return run.stage ? `${run.stage}: the first step is being prepared` : 'The data are being read';
  }
  const parts = [`${run.stage}: step ${run.step} of ${run.steps}`, `loss ${run.loss.toFixed(3)}`, `rate ${Number(run.rate.toPrecision(2))}`];
  if (run.tokens_per_second) {
    parts.push(`${Math.round(run.tokens_per_second)} tokens a second`);
  }
  if (run.seconds_left !== undefined && run.state !== 'over') {
    parts.push(`${Math.round(run.seconds_left)} s left of this stage`);
  }
  return parts.join(', ') + (run.state === 'over' ? '. The run is over: talk to the model below.' : '');
}

/** A curve on a logarithmic scale, as a loss falls by powers of ten, in pixels of the screen, so that its words stay readable. */
function loss(points, steps) {
  const canvas = byId('run-loss');
  const draw = canvas.getContext('2d');
  const style = getComputedStyle(document.body);
  const [width, height, edge] = [canvas.clientWidth, canvas.clientHeight, 52];
  canvas.width = width * devicePixelRatio;
  canvas.height = height * devicePixelRatio;
  draw.scale(devicePixelRatio, devicePixelRatio);
  draw.fillStyle = draw.strokeStyle = style.getPropertyValue('--quiet');
  draw.font = '13px system-ui, sans-serif';
  draw.textAlign = 'right';
  const logs = points.map(([, value]) => Math.log10(Math.max(value, 1e-4)));
  const top = Math.ceil(Math.max(0, ...logs));
  const bottom = Math.min(-1, Math.floor(Math.min(0, ...logs)));
  const x = step => edge + step / steps * (width - edge - 8);
  const y = log => 14 + (top - log) / (top - bottom) * (height - 44);
  for (let power = top; power >= bottom; power--) {
    draw.fillText(String(10 ** power), edge - 6, y(power) + 4);
    draw.globalAlpha = 0.3;
    draw.beginPath();
    draw.moveTo(edge, y(power));
    draw.lineTo(width, y(power));
    draw.stroke();
    draw.globalAlpha = 1;
  }
  draw.fillText(`step ${steps}`, width - 8, height - 8);
  draw.strokeStyle = draw.fillStyle = style.getPropertyValue('--accent');
  draw.lineWidth = 2;
  draw.beginPath();
  points.forEach(([step], i) => draw.lineTo(x(step), y(logs[i])));
  draw.stroke();
  if (points.length > 0) {              // a line of one point alone could not be seen
    draw.beginPath();
    draw.arc(x(points.at(-1)[0]), y(logs.at(-1)), 3.5, 0, 2 * Math.PI);
    draw.fill();
  }
}

function figure(asked) {
  const box = document.createElement('figure');
  if (asked.picture) {
    const picture = document.createElement('img');
    picture.src = asked.picture;
    picture.alt = 'A picture that is asked about again and again';
    box.append(picture);
  }
  box.append(paragraph('note', asked.question), paragraph('', asked.answer || '…'),
    paragraph('note', asked.answer === asked.expected ? 'right' : 'expected: ' + asked.expected));
  return box;
}

function paragraph(style, text) {
  const one = document.createElement('p');
  one.className = style;
  one.textContent = text;
  return one;
}
