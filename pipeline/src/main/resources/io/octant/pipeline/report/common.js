// What the pages share: texts, tables, charts, and how a result was made.
const octant = (() => {
  'use strict';
  const $ = (selector, root = document) => root.querySelector(selector);
  const known = (x) => x !== null && x !== undefined;
  const list = (x) => (Array.isArray(x) ? x : []);

  const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  const esc = (text) => String(text ?? '').replace(/[&<>"']/g, (c) => escapes[c]);
  // A name from a model or a path: its direction of writing is its own affair.
  const name = (text) => `<bdi>${esc(text)}</bdi>`;
  const none = '<span class="dim">–</span>';
  const whole = (x) => Number(x).toLocaleString('en-US');
  // Numbers are numbers: results of other versions, or damaged ones, may have something else in their place.
  const is = (x) => typeof x === 'number';
  const percent = (x, digits = 2) => (is(x) ? (100 * x).toFixed(digits) + ' %' : '–');
  const share = (x) => (!is(x) ? none : x === 0 ? '0' : x < 1e-4 ? '&lt; 0.01 %' : percent(x));
  const db = (x, equal) => (is(x) ? x.toFixed(1) : equal ? 'equal' : '–');
  const fixed = (x, digits) => (is(x) ? x.toFixed(digits) : '–');
  const mega = (bytes) => (is(bytes) ? whole(Math.round(bytes / 1e6)) : none);
  const short = (operator) => operator.split('.').pop() || operator;
  const fileName = (path) => (path ?? '').split('/').filter(Boolean).pop() ?? '';
  function number(x) {
    if (!is(x)) return '–';
    return x === 0 ? '0' : Number(x).toPrecision(4).replace(/(\.\d*?)0+(e|$)/, '$1$2').replace(/\.(e|$)/, '$1');
  }
  // What a model is called: its folder, if the file has one of the usual names.
  function parent(path) {
    const parts = (path ?? '').split('/').filter(Boolean);
    return parts.length > 1 && /^model\./.test(parts.at(-1)) ? parts.at(-2) : parts.at(-1) ?? '';
  }
  const card = (value, label, kind = '') => `<div class="card"><b class="${kind}">${value}</b><span>${esc(label)}</span></div>`;
  const cards = (all) => (all.length ? `<div class="cards">${all.join('')}</div>` : '');

  // Roles are spelled out: on narrow screens rows are no longer laid out as a table. One cell names its row.
  function rows(columns, lines) {
    const head = Math.max(0, columns.findIndex((c) => c.names));
    const cell = (html, i) => {
      const { n, label, as } = columns[i];
      const kind = [n ? 'n' : '', as ?? '', i === head ? 'names' : ''].filter(Boolean).join(' ');
      return i === head ? `<th role="rowheader" scope="row" class="${kind}">${html}</th>` : `<td role="cell" class="${kind}" data-label="${esc(label)}">${html}</td>`;
    };
    return '<tbody role="rowgroup">' + lines.map((cells) => '<tr role="row">' + cells.map(cell).join('') + '</tr>').join('') + '</tbody>';
  }
  const caption = (text) => `<caption class="skip">${esc(text)}</caption>`;

  // A table as it is: columns of {label, n: of numbers, as: a class, names: the row}, lines of HTML.
  function table(columns, lines, text) {
    const head = ({ label, n }) => `<th role="columnheader" scope="col"${n ? ' class="n"' : ''}>${esc(label) || '<span class="skip">verdict</span>'}</th>`;
    return `<table class="stack" role="table">${caption(text)}<thead role="rowgroup"><tr role="row">${columns.map(head).join('')}</tr></thead>${rows(columns, lines)}</table>`;
  }

  // A table that its reader sorts. Columns: as of a table, and {key, value: to sort by, html, down: first from the largest}.
  // What it gives shows rows, at first in the order that they come in.
  function grid(place, text, columns, empty) {
    const order = { key: columns[0].as === 'at' ? columns[0].key : '', up: true };
    let shown = [];
    function sorted() {
      const value = columns.find((c) => c.key === order.key)?.value ?? (() => 0);
      return shown.map((row, at) => [value(row), row, at]).sort(([p, , i], [q, , j]) => {
        // What is not known comes last, whichever way.
        if (!known(p) || !known(q)) return known(p) ? -1 : known(q) ? 1 : i - j;
        const c = typeof p === 'string' ? p.localeCompare(q, 'en', { numeric: true }) : p === q ? 0 : p - q;
        return (order.up ? c : -c) || i - j;
      }).map(([, row]) => row);
    }
    function draw() {
      const head = ({ key, label, n }) => {
        const way = order.key === key ? (order.up ? 'ascending' : 'descending') : 'none';
        return `<th role="columnheader" scope="col"${n ? ' class="n"' : ''} aria-sort="${way}"><button type="button" data-key="${key}">${esc(label)}</button></th>`;
      };
      place.innerHTML = `<table class="stack sorts" role="table">${caption(text)}<thead role="rowgroup"><tr role="row">${columns.map(head).join('')}</tr></thead>`
        + rows(columns, sorted().map((row) => columns.map((c) => c.html(row)))) + '</table>' + (shown.length ? '' : `<p class="empty">${esc(empty)}</p>`);
    }
    place.addEventListener('click', (e) => {
      const head = e.target.closest('[data-key]');
      if (!head) return;
      const { key } = head.dataset;
      order.up = order.key === key ? !order.up : !columns.find((c) => c.key === key).down;
      order.key = key;
      draw();
      $(`[data-key="${key}"]`, place).focus();
    });
    return (rowsToShow) => { shown = rowsToShow; draw(); };
  }

  const color = (variable) => getComputedStyle(document.documentElement).getPropertyValue('--' + variable).trim();
  const charts = [];
  function forget(place) {
    const old = charts.findIndex((c) => c.place === place);
    if (old >= 0) { charts[old].plot?.destroy(); charts[old].watch.disconnect(); charts.splice(old, 1); }
    place.innerHTML = '';
  }

  // A chart is drawn when it comes into view, and again when width or colours change. Options: height; keys: [shape, colour, text] of what
  // is drawn; read: the text of the place under the pointer; make: what uPlot is to draw.
  function chart(place, label, options) {
    forget(place);
    const keys = options.keys.map(([shape, variable, text]) => `<li><span class="key ${shape}" style="color:var(--${variable})"></span>${esc(text)}</li>`).join('');
    place.innerHTML = `<div class="plot" role="img"></div><div class="legend"><ul>${keys}</ul><p class="read" aria-hidden="true"></p></div>`;
    const plot = $('.plot', place);
    const read = $('.read', place);
    plot.setAttribute('aria-label', label);
    plot.style.minHeight = options.height + 'px';
    const entry = { place, plot: null, draw: null, watch: null };
    entry.draw = () => {
      entry.plot?.destroy();
      plot.innerHTML = '';
      const axis = (extra) => ({
        stroke: color('dim'), grid: { stroke: color('line'), width: 1 }, ticks: { stroke: color('line'), width: 1 }, font: '12px system-ui', labelFont: '12px system-ui', ...(extra.label ? { labelSize: 22 } : {}), ...extra });
      const { data, options: own } = options.make(axis);
      const hooks = { ...own.hooks, setCursor: [(u) => { read.textContent = known(u.cursor.idx) && u.cursor.left >= 0 ? options.read(u.cursor.idx) : ''; }] };
      entry.plot = new uPlot({ width: Math.max(240, place.clientWidth), height: options.height, legend: { show: false }, ...own, cursor: { drag: { x: true, y: false }, ...own.cursor }, hooks }, data, plot);
    };
    entry.watch = new IntersectionObserver((seen) => { if (seen.some((s) => s.isIntersecting) && !entry.plot) entry.draw(); }, { rootMargin: '600px' });
    entry.watch.observe(place);
    charts.push(entry);
  }
  function noChart(place, text) {
    forget(place);
    place.innerHTML = `<p class="empty">${esc(text)}</p>`;
  }
  const redraw = () => charts.forEach((c) => c.plot && c.draw());
  let width = innerWidth;
  addEventListener('resize', () => { if (innerWidth !== width) { width = innerWidth; requestAnimationFrame(redraw); } });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
  addEventListener('beforeprint', () => charts.forEach((c) => c.draw()));
  matchMedia('print').addEventListener('change', redraw);

  // A word as shells read it.
  const quoted = (word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

  // Who ran it, on what, and how to run it again.
  function made(r, commands) {
    const fact = (label, html) => (html ? `<tr><th scope="row">${esc(label)}</th><td>${html}</td></tr>` : '');
    const code = (text) => (text ? `<code>${name(text)}</code>` : '');
    const data = (d) => (d ? `${code(d.path)} ${whole(d.samples)} samples in ${whole(d.files)} ${d.files === 1 ? 'file' : 'files'}`
      + (d.leftOut ? `, ${whole(d.leftOut)} of them left out` : '') + (list(d.damaged).length ? `; damaged and left out: ${esc(d.damaged.join(', '))}` : '')
      + (d.damagedRows?.count ? `; ${whole(d.damagedRows.count)} damaged ${d.damagedRows.count === 1 ? 'row' : 'rows'} left out: ${esc(list(d.damagedRows.named).join('; '))}${d.damagedRows.count > list(d.damagedRows.named).length ? '; …' : ''}` : '') : '');
    const seconds = Object.entries(r.seconds ?? {}).filter(([, s]) => is(s)).map(([phase, s]) => `${esc(phase)} ${s.toFixed(1)}`).join(', ');
    const versions = esc(Object.entries(r.versions ?? {}).map(([k, v]) => `${k} ${v}`).join(', '));
    const facts = fact('calibration', data(r.data?.calibration)) + fact('training', data(r.data?.training)) + fact('evaluation', data(r.data?.evaluation)) + fact('seconds', seconds)
      + fact('samples a second', known(r.samplesPerSecond) ? whole(r.samplesPerSecond) + ' in calibration' : '') + fact('versions', versions)
      + fact('model, SHA-256', code(r.model?.sha256)) + fact('state, SHA-256', code(r.state?.sha256)) + fact('request, SHA-256', code(r.request));
    const columns = [{ label: 'executor' }, { label: 'host' }, { label: 'engine' }, { label: 'instruction set' }, { label: 'int8 layers, fast', n: true }, { label: 'exact', n: true }, { label: 'reference', n: true }, { label: 'MB, native', n: true }, { label: 'MB, in all', n: true }];
    const layers = (e, kind) => (e.int8 ? whole(e.int8[kind]) : none);
    const lines = list(r.executors).map((e) => [name(e.id), name(e.host), esc(e.engine), esc(e.isa), layers(e, 'fast'), layers(e, 'exact'), layers(e, 'reference'), mega(e.memory?.native), mega(e.memory?.resident)]);
    return `<table class="plain"><tbody>${facts}</tbody></table><h3>Executors</h3>`
      + (lines.length ? `<div class="scroll" tabindex="0" role="region" aria-label="Table of executors">${table(columns, lines, 'Executors')}</div>` : '<p class="empty">This step ran without executors.</p>')
      + '<h3>To make it again</h3><p class="dim">The same model, configuration and samples give the same bytes in every file but result.json and this page, on any number of executors, where instruction set and versions are those above. '
      + `The request tells whether a run asks for the same: an equal one says “Nothing to do”.</p><pre tabindex="0"><code>${esc(list(r.command).length ? ['octant', ...r.command].map(quoted).join(' ') : commands)}</code></pre>`
      + (r.configuration ? '<details><summary>The configuration as it was resolved</summary><p class="dim">With includes, substitutions, --set and the day in it, without secrets; it is HOCON, and runs as a file of its own.</p>'
        + `<pre tabindex="0"><code>${esc(JSON.stringify(r.configuration, null, 2))}</code></pre></details>` : '');
  }

  // Draws a part; what cannot be drawn says so, and leaves the others as they are.
  function part(id, draw) {
    $(`#${id} > .broken`)?.remove();
    try {
      draw();
    } catch (e) {
      $('#' + id).insertAdjacentHTML('beforeend', `<p class="error broken">This part cannot be shown: result.json is not what this version of Octant writes (${esc(e.message)}).</p>`);
    }
  }

  // Begins: what the page has in it, and how it draws itself.
  function start(render) {
    document.querySelectorAll('form').forEach((form) => form.addEventListener('submit', (e) => e.preventDefault()));
    render(JSON.parse(document.getElementById('data').textContent));
    requestAnimationFrame(() => setTimeout(() => { document.documentElement.dataset.readyMillis = Math.round(performance.now()); }));
  }

  return { $, known, list, esc, name, none, whole, percent, share, db, fixed, number, short, fileName, parent, card, cards, table, grid, color, chart, noChart, made, part, start };
})();
