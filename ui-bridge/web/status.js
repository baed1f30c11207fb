// Places the texts that rearcharge-ui sends; decides nothing. Every text goes in as text, never as markup.
'use strict';

const language = new URLSearchParams(location.search).get('lang') || navigator.language;

function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

function card(data) {
  const section = element('section', data.id);
  section.append(element('h2', '', data.title));
  if (data.percent !== undefined) {
    const bar = element('progress');
    bar.max = 100;
    bar.value = data.percent;
    section.append(bar);
  }
  const list = element('dl');
  for (const row of data.rows) {
    list.append(element('dt', row.tone, row.label), element('dd', row.tone, row.value));
  }
  section.append(list);
  return section;
}

function show(view) {
  document.documentElement.lang = view.language;
  document.title = `${view.headline} · ${view.title}`;
  document.getElementById('banner').className = view.tone;
  document.getElementById('headline').textContent = view.headline;
  document.getElementById('advice').textContent = view.advice;
  document.getElementById('cards').replaceChildren(...view.cards.map(card));
}

const events = new EventSource(`/events?lang=${encodeURIComponent(language)}`);
events.addEventListener('view', (event) => show(JSON.parse(event.data)));
events.onopen = () => { document.getElementById('lost').hidden = true; };
events.onerror = () => { document.getElementById('lost').hidden = false; };
