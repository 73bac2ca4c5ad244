(() => {
  'use strict';
  const runs = JSON.parse(document.getElementById('data').textContent).runs;
  const $ = (selector, root = document) => root.querySelector(selector);
  const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  const esc = (text) => String(text ?? '').replace(/[&<>"']/g, (c) => escapes[c]);
  const known = (x) => x !== null && x !== undefined;
  const none = '<span class="dim">–</span>';
  const whole = (x) => Number(x).toLocaleString('en-US');
  const percent = (x, digits = 2) => (known(x) ? (100 * x).toFixed(digits) + ' %' : '–');
  const share = (x) => (!known(x) ? none : x === 0 ? '0' : x < 1e-4 ? '&lt; 0.01 %' : percent(x));
  const db = (x, equal) => (known(x) ? x.toFixed(1) : equal ? 'equal' : '–');
  const number = (x) => (known(x) ? (x === 0 ? '0' : Number(x).toPrecision(4).replace(/(\.\d*?)0+(e|$)/, '$1$2').replace(/\.(e|$)/, '$1')) : '–');
  const mega = (bytes) => (known(bytes) ? whole(Math.round(bytes / 1e6)) : none);
  const short = (operator) => operator.split('.').pop() || operator;
  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
  const fileName = (path) => (path ?? '').split('/').filter(Boolean).pop() ?? '';
  const parent = (path) => { const parts = (path ?? '').split('/').filter(Boolean); return parts.length > 1 && /^model\./.test(parts.at(-1)) ? parts.at(-2) : parts.at(-1) ?? ''; };
  const table = (heads, rows, caption) => '<table><caption class="skip">' + esc(caption) + '</caption><thead><tr>'
    + heads.map(([text, n]) => `<th scope="col"${n ? ' class="n"' : ''}>${esc(text)}</th>`).join('') + '</tr></thead><tbody>'
    + rows.map((cells) => '<tr>' + cells.map((html, i) => `<td${heads[i][1] ? ' class="n"' : ''}>${html}</td>`).join('') + '</tr>').join('') + '</tbody></table>';

  const charts = [];
  let run = runs[0];
  let order = { key: 'at', up: true };

  // A chart is drawn when it comes into view, and again when width or colours change.
  function chart(place, label, options) {
    const old = charts.findIndex((c) => c.place === place);
    if (old >= 0) { charts[old].plot?.destroy(); charts[old].watch.disconnect(); charts.splice(old, 1); }
    place.innerHTML = '';
    place.setAttribute('role', 'img');
    place.setAttribute('aria-label', label);
    place.style.minHeight = options.height + 'px';
    const entry = { place, plot: null, draw: null, watch: null };
    entry.draw = () => {
      entry.plot?.destroy();
      place.innerHTML = '';
      const axis = (extra) => ({ stroke: color('dim'), grid: { stroke: color('line'), width: 1 }, ticks: { stroke: color('line'), width: 1 }, font: '12px system-ui', ...extra });
      const built = options.make(axis);
      entry.plot = new uPlot({ width: Math.max(240, place.clientWidth), height: options.height, legend: { live: true }, cursor: { drag: { x: true, y: false } }, ...built.options }, built.data, place);
    };
    entry.watch = new IntersectionObserver((seen) => { if (seen.some((s) => s.isIntersecting) && !entry.plot) entry.draw(); }, { rootMargin: '600px' });
    entry.watch.observe(place);
    charts.push(entry);
  }
  function noChart(place, text) {
    const old = charts.findIndex((c) => c.place === place);
    if (old >= 0) { charts[old].plot?.destroy(); charts[old].watch.disconnect(); charts.splice(old, 1); }
    place.removeAttribute('role');
    place.removeAttribute('aria-label');
    place.style.minHeight = '';
    place.innerHTML = `<p class="empty">${esc(text)}</p>`;
  }
  const redraw = () => charts.forEach((c) => c.plot && c.draw());

  function head() {
    const r = run.result;
    const failed = r.status === 'failed';
    const missed = (r.gates ?? []).filter((g) => !g.passed).length;
    document.title = 'Octant: ' + (runs.length > 1 ? runs.length + ' results' : parent(r.model?.path) || run.name);
    const pick = runs.length > 1 ? `<label>Result <select id="run">${runs.map((x, i) => `<option value="${i}"${x === run ? ' selected' : ''}>${esc(x.name)}</option>`).join('')}</select></label>` : '';
    $('#head').innerHTML = `<div class="eyebrow"><span>Octant ${esc(r.step ?? '')}</span><span class="badge ${failed || missed ? 'bad' : 'ok'}">${failed ? 'failed' : missed ? 'gate missed' : (r.gates ?? []).length ? 'gates passed' : 'done'}</span>${pick}</div><h1>${esc(parent(r.model?.path) || run.name)}</h1><p class="dim"><code>${esc(r.model?.path ?? '')}</code></p>`;
    $('#run')?.addEventListener('change', (e) => { run = runs[Number(e.target.value)]; render(); $('#run').focus(); });
  }

  function comparison() {
    if (runs.length < 2) return;
    $('#comparison').hidden = false;
    const gates = (r) => (r.gates ? (r.gates.every((g) => g.passed) ? '<span class="ok">passed</span>' : '<span class="bad">missed</span>') : none);
    const worst = (x) => x.rows.filter((row) => known(row.sqnr)).reduce((a, b) => (a && a.sqnr <= b.sqnr ? a : b), null);
    const lines = [
      ['status', (x) => esc(x.result.status ?? '–')], ['gates', (x) => gates(x.result)],
      ['accuracy, float', (x) => percent(x.result.accuracy?.float)], ['accuracy, int8', (x) => percent(x.result.accuracy?.int8)],
      ['agreement', (x) => percent(x.result.agreement)], ['SQNR of the output, dB', (x) => db(x.result.sqnrDb)], ['cosine', (x) => (known(x.result.cosine) ? x.result.cosine.toFixed(5) : '–')],
      ['int8 nodes', (x) => (x.result.nodes ? whole(x.result.nodes.quantized.length) : '–')], ['float nodes', (x) => (x.result.nodes ? whole(x.result.nodes.float.length) : '–')],
      ['lowest SQNR of a node, dB', (x) => { const w = worst(x); return w ? `${db(w.sqnr)}<small class="dim">${esc(w.node)}</small>` : '–'; }],
      ['samples, calibration', (x) => (known(x.result.samples) ? whole(x.result.samples) : '–')], ['seconds', (x) => (known(x.result.seconds?.total) ? x.result.seconds.total.toFixed(1) : '–')],
      ['model', (x) => `<code>${esc((x.result.model?.sha256 ?? '–').slice(0, 12))}</code>`]];
    $('#comparison .scroll').innerHTML = table([['', false], ...runs.map((x) => [x.name, true])], lines.map(([name, of]) => [name, ...runs.map(of)]), 'Results side by side');
  }

  function summary() {
    const r = run.result;
    const cards = [];
    const card = (value, label, kind = '') => cards.push(`<div class="card"><b class="${kind}">${value}</b><span>${esc(label)}</span></div>`);
    if (r.accuracy) {
      card(percent(r.accuracy.int8), 'accuracy, int8');
      card(percent(r.accuracy.float), 'accuracy, float');
      card((100 * (r.accuracy.int8 - r.accuracy.float)).toFixed(2).replace('-', '−').replace(/^(?=[1-9]|0\.0*[1-9])/, '+'), 'points of difference');
    }
    if (known(r.agreement)) card(percent(r.agreement), 'name the same class');
    const primary = (r.outputs ?? []).find((o) => o.primary);
    if (primary) card(db(primary.sqnrDb, primary.equal) + (known(primary.sqnrDb) ? ' dB' : ''), 'SQNR of ' + primary.name);
    if (r.nodes) { card(whole(r.nodes.quantized.length), 'nodes in int8'); card(whole(r.nodes.float.length), 'nodes in float'); }
    if (known(r.samples)) card(whole(r.samples), 'calibration samples');
    let html = cards.length ? `<div class="cards">${cards.join('')}</div>` : '';
    if (r.error) html += `<p class="error"><strong>${esc(fileName(r.error.class.replaceAll('.', '/')))}</strong> ${esc(r.error.message)}</p>`;
    if (r.gates?.length) html += '<h3>Gates</h3><div class="scroll" tabindex="0">' + table([['limit'], ['measured', true], ['threshold', true], ['']], r.gates.map((g) => [esc(g.name), number(g.value), number(g.threshold), g.passed ? '<span class="ok">✓ passed</span>' : '<span class="bad">✗ missed</span>']), 'Gates') + '</div>';
    else html += '<p class="empty">No gates were set: nothing of what was measured could have refused this model.</p>';
    if ((r.outputs ?? []).length > 1) html += '<h3>Outputs</h3><div class="scroll" tabindex="0">' + table([['output'], ['compared', true], ['agreement', true], ['SQNR, dB', true], ['cosine', true], ['largest error', true]], r.outputs.map((o) => [esc(o.name), whole(o.compared), percent(o.agreement), db(o.sqnrDb, o.equal), known(o.cosine) ? o.cosine.toFixed(5) : '–', number(o.maxAbsError)]), 'Outputs') + '</div>';
    const notes = [...(r.warnings ?? [])];
    if (r.saturation?.layers) notes.push(`${r.saturation.layers} of ${r.saturation.of} int8 layers may overflow in other runtimes on processors without VNNI; ${r.saturation.remedy} avoids it.`);
    if (notes.length) html += `<h3>To know</h3><ul class="notes">${notes.map((n) => `<li>${esc(n)}</li>`).join('')}</ul>`;
    $('#summary').innerHTML = html;
  }

  // A vertical line with a word on it.
  function mark(u, x, word) {
    const at = u.valToPos(x, 'x', true);
    u.ctx.save();
    u.ctx.strokeStyle = u.ctx.fillStyle = color('red');
    u.ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
    u.ctx.font = 12 * devicePixelRatio + 'px system-ui';
    u.ctx.beginPath();
    u.ctx.moveTo(at, u.bbox.top);
    u.ctx.lineTo(at, u.bbox.top + u.bbox.height);
    u.ctx.stroke();
    const left = at > u.bbox.left + 0.8 * u.bbox.width;
    u.ctx.textAlign = left ? 'right' : 'left';
    u.ctx.fillText(word, at + (left ? -5 : 5) * devicePixelRatio, u.bbox.top + 12 * devicePixelRatio);
    u.ctx.restore();
  }

  function along() {
    const place = $('#along .chart');
    const rows = run.rows.filter((row) => known(row.sqnr) && row.op !== 'input');
    $('#along .more').innerHTML = '';
    if (!rows.length) {
      $('#along .say').textContent = '';
      noChart(place, 'Layers were not compared in this result: that takes evaluation data, and validation.layers above 0.');
      return;
    }
    const drops = rows.map((row, i) => ({ row, drop: i ? rows[i - 1].sqnr - row.sqnr : 0 }));
    const first = drops.find((d) => d.drop >= 3);
    const worst = rows.reduce((a, b) => (a.sqnr <= b.sqnr ? a : b));
    $('#along .say').textContent = `Signal to quantization noise of each node's output, float against the written int8 model, on ${whole(run.result.layers.samples)} samples. `
      + (first ? `It first drops by 3 dB or more at ${first.row.node}. ` : 'No node costs 3 dB against the one before. ') + `Lowest: ${db(worst.sqnr)} dB at ${worst.node}.`;
    const x = rows.map((_, i) => i);
    const series = (kind) => rows.map((row) => ((row.outcome === 'int8') === (kind === 'int8') ? row.sqnr : null));
    const name = (i) => rows[i]?.node ?? '';
    chart(place, $('#along .say').textContent + ' The table of nodes has the numbers.', {
      height: 280,
      make: (axis) => ({
        data: [x, rows.map((row) => row.sqnr), series('int8'), series('float')],
        options: {
          scales: { x: { time: false }, y: { range: (u, low, high) => [Math.floor(Math.min(low, 20) / 5) * 5, Math.ceil((high + 2) / 5) * 5] } },
          axes: [axis({ values: (u, at) => at.map((v) => (Number.isInteger(v) ? v + 1 : '')), label: 'node, in order of execution', labelSize: 22, labelFont: '12px system-ui' }), axis({ label: 'dB', labelSize: 22, size: 44, labelFont: '12px system-ui' })],
          series: [{ label: 'node', value: (u, v) => (known(v) ? name(v) : '') }, { label: 'dB', stroke: color('dim'), width: 1, points: { show: false }, value: (u, v) => db(v) },
            { label: 'int8', stroke: color('blue'), paths: () => null, points: { show: true, size: 6, fill: color('blue') }, value: () => '' },
            { label: 'float', stroke: color('orange'), paths: () => null, points: { show: true, size: 6, fill: color('bg') }, value: () => '' }],
          hooks: { draw: first ? [(u) => mark(u, drops.indexOf(first), 'first drop')] : [] } } }) });
    const top = drops.filter((d) => d.drop > 0.5).sort((a, b) => b.drop - a.drop).slice(0, 5);
    if (top.length) $('#along .more').innerHTML = '<h3>Largest drops against the node before</h3><div class="scroll" tabindex="0">' + table([['node'], ['operator'], ['SQNR, dB', true], ['drop, dB', true]], top.map((d) => [esc(d.row.node), esc(short(d.row.op)), db(d.row.sqnr), '−' + d.drop.toFixed(1)]), 'Largest drops') + '</div>';
  }

  const columns = [
    ['at', '#', true], ['node', 'node', false], ['op', 'operator', false], ['outcome', 'computed in', false], ['sqnr', 'SQNR, dB', true],
    ['saturated', 'saturated', true], ['scale', 'scale', true], ['zeroPoint', 'zero point', true], ['reason', 'why', false]];
  const cells = (row) => [
    row.at,
    (known(row.tensor) ? `<button type="button" class="link" data-tensor="${row.tensor}">${esc(row.node)}</button>` : esc(row.node)) + (row.source ? `<small class="dim">${esc(row.source)}</small>` : ''),
    esc(short(row.op)),
    row.outcome === 'float' ? '<span class="warn">float</span>' : esc(row.outcome),
    db(row.sqnr, row.equal), share(row.saturated), number(row.scale), known(row.zeroPoint) ? esc(row.zeroPoint) : '–', esc(row.reason)];
  function nodes() {
    const place = $('#nodes .scroll');
    if (!run.rows.length) {
      $('#nodes .tools').hidden = true;
      place.innerHTML = '<p class="empty">This step has no int8 graph. octant convert or quantize makes one.</p>';
      return;
    }
    $('#nodes .tools').hidden = false;
    const text = $('#find').value.trim().toLowerCase();
    const kind = $('#show').value;
    const shown = run.rows.filter((row) => (!kind || (kind === 'saturated' ? row.saturated > 0 : row.outcome === kind))
      && (!text || `${row.node} ${row.op} ${row.source} ${row.reason}`.toLowerCase().includes(text)));
    const value = (row) => (order.key === 'sqnr' && row.equal ? Infinity : row[order.key]);
    shown.sort((a, b) => {
      const [p, q] = [value(a), value(b)];
      // What is not known comes last, whichever way.
      if (!known(p) || !known(q)) return known(p) ? -1 : known(q) ? 1 : a.at - b.at;
      const c = typeof p === 'string' ? p.localeCompare(q, 'en', { numeric: true }) : p - q;
      return (order.up ? c : -c) || a.at - b.at;
    });
    $('#count').textContent = shown.length === run.rows.length ? `${whole(shown.length)} nodes` : `${whole(shown.length)} of ${whole(run.rows.length)} nodes`;
    // Roles are spelled out: on narrow screens rows are no longer laid out as a table.
    place.innerHTML = '<table role="table"><thead role="rowgroup"><tr role="row">' + columns.map(([key, label, n]) => `<th role="columnheader" scope="col"${n ? ' class="n"' : ''} aria-sort="${order.key === key ? (order.up ? 'ascending' : 'descending') : 'none'}"><button type="button" data-key="${key}">${label}</button></th>`).join('') + '</tr></thead><tbody role="rowgroup">'
      + shown.map((row) => '<tr role="row">' + cells(row).map((html, i) => `<td role="cell" class="${columns[i][2] ? 'n ' : ''}${columns[i][0]}" data-label="${columns[i][1]}">${html}</td>`).join('') + '</tr>').join('')
      + '</tbody></table>' + (shown.length ? '' : '<p class="empty">No node is like that.</p>');
  }

  const powers = Array.from({ length: 16 }, (_, i) => 10 ** i);
  const shades = ['blue', 'orange', 'green', 'red', 'dim'];
  function tensor() {
    const place = $('#tensors .chart');
    const list = run.tensors;
    $('#tensors .tools').hidden = !list.length;
    if (!list.length) {
      $('#tensors .say').textContent = '';
      $('#tensors .scroll').innerHTML = '';
      noChart(place, 'No calibration state is in this result, so there are no histograms. octant calibrate and quantize write one.');
      return;
    }
    const t = list[Number($('#tensor').value) || 0];
    $('#tensors .say').textContent = `${whole(t.count)} values from ${number(t.min)} to ${number(t.max)}` + (t.notFinite ? `, ${whole(t.notFinite)} of them not finite` : '') + '. Bars are counts in equal parts of the range, on a logarithmic scale; lines are the ends of ranges.' + (t.methods.length && !t.methods.some((m) => m.name === 'mse') ? ` What methods that search would choose is worked out for the first ${whole(list.filter((x) => x.methods.some((m) => m.name === 'mse')).length)} values only.` : '');
    const lines = [...(t.chosen ? [['chosen', t.chosen[0], t.chosen[1]]] : []), ...t.methods.map((m) => [m.name, m.min, m.max])];
    $('#tensors .scroll').innerHTML = table([['range'], ['from', true], ['to', true], ['beyond it', true]], lines.map(([name, low, high, out], i) => [`<span class="key" style="background:var(--${i === 0 && t.chosen ? 'fg' : shades[(i - (t.chosen ? 1 : 0)) % shades.length]})"></span>${esc(name)}`, number(low), number(high), share(i === 0 && t.chosen ? t.beyond : t.methods[i - (t.chosen ? 1 : 0)].beyond)]), 'Ranges by method');
    if (!t.counts.length) { noChart(place, 'All values are equal, or none is finite.'); return; }
    const width = (t.max - t.min) / t.counts.length;
    const x = t.counts.map((_, i) => t.min + (i + 0.5) * width);
    const spread = [Math.min(t.min, t.chosen?.[0] ?? t.min), Math.max(t.max, t.chosen?.[1] ?? t.max)];
    const pad = (spread[1] - spread[0]) * 0.02;
    chart(place, `Histogram of ${t.name}. ` + $('#tensors .say').textContent + ' The ranges are in the table below.', {
      height: 260,
      make: (axis) => ({
        data: [x, t.counts.map((c) => (c ? c : null))],
        options: {
          scales: { x: { time: false, range: () => [spread[0] - pad, spread[1] + pad] }, y: { distr: 3, range: (u, low, high) => [0.5, Math.max(10, high * 1.5)] } },
          axes: [axis({}), axis({ size: 60, splits: (u, i, low, high) => powers.filter((v) => v >= low && v <= high), values: (u, at) => at.map((v) => (v >= 1e4 ? v.toExponential(0).replace('e+', 'e') : v)) })],
          series: [{ label: 'value', value: (u, v) => number(v) }, { label: 'count', fill: color('bar'), stroke: color('bar'), width: 0, paths: uPlot.paths.bars({ size: [1, 100] }), points: { show: false }, value: (u, v) => (known(v) ? whole(v) : '0') }],
          hooks: { draw: [(u) => {
            lines.slice().reverse().forEach(([, low, high], k) => {
              const i = lines.length - 1 - k;
              u.ctx.save();
              u.ctx.strokeStyle = color(i === 0 && t.chosen ? 'fg' : shades[(i - (t.chosen ? 1 : 0)) % shades.length]);
              u.ctx.lineWidth = (i === 0 && t.chosen ? 2 : 1.25) * devicePixelRatio;
              if (!(i === 0 && t.chosen)) u.ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
              for (const end of [low, high]) { const at = u.valToPos(end, 'x', true); u.ctx.beginPath(); u.ctx.moveTo(at, u.bbox.top); u.ctx.lineTo(at, u.bbox.top + u.bbox.height); u.ctx.stroke(); }
              u.ctx.restore();
            });
          }] } } }) });
  }

  // The value with the most noise that calibration saw.
  function worthALook() {
    const seen = run.rows.filter((row) => known(row.tensor) && known(row.sqnr));
    return seen.length ? seen.reduce((a, b) => (b.sqnr < a.sqnr ? b : a)).tensor : 0;
  }

  function weight() {
    const place = $('#weights .chart');
    const list = run.weights;
    $('#weights .tools').hidden = !list.length;
    if (!list.length) { $('#weights .say').textContent = ''; noChart(place, 'No quantized weights are in this result.'); return; }
    const w = list[Number($('#weight').value) || 0];
    const low = w.scale.map((s, i) => s * (w.quantMin - w.zeroPoint[i]));
    const high = w.scale.map((s, i) => s * (w.quantMax - w.zeroPoint[i]));
    const largest = Math.max(...w.scale);
    const smallest = Math.min(...w.scale);
    $('#weights .say').textContent = w.scale.length === 1 ? `One range for all: ${number(low[0])} to ${number(high[0])}.`
      : `${whole(w.scale.length)} channels, each with its own range; the widest is ${smallest > 0 ? (largest / smallest).toFixed(1) + ' times' : 'without bound'} the narrowest. One range for all would give the narrowest ${smallest > 0 ? Math.max(0, Math.log2(largest / smallest)).toFixed(1) : 'all'} bits less.`;
    chart(place, `Ranges of the channels of ${w.name}. ` + $('#weights .say').textContent, {
      height: 220,
      make: (axis) => ({
        data: [low.map((_, i) => i), high, low],
        options: {
          scales: { x: { time: false, range: () => [-0.6, low.length - 0.4] } },
          axes: [axis({ label: 'channel', labelSize: 22, labelFont: '12px system-ui', values: (u, at) => at.map((v) => (Number.isInteger(v) ? v : '')) }), axis({ size: 60 })],
          series: [{ label: 'channel' }, { label: 'to', fill: color('bar'), stroke: color('blue'), width: 1, paths: uPlot.paths.bars({ size: [0.8, 40] }), points: { show: false }, value: (u, v) => number(v) },
            { label: 'from', fill: color('bar'), stroke: color('blue'), width: 1, paths: uPlot.paths.bars({ size: [0.8, 40] }), points: { show: false }, value: (u, v) => number(v) }] } }) });
  }

  function drift() {
    const d = run.drift;
    $('#drift').hidden = !d;
    if (!d) return;
    const place = $('#drift .chart');
    const scroll = $('#drift .scroll');
    scroll.hidden = Boolean(d.why);
    if (d.why) { $('#drift .say').textContent = ''; noChart(place, `Not compared with what is current at ${d.place}: ${d.why}.`); return; }
    const far = (x) => (known(x) ? x : Infinity);
    const infinite = (x, text) => (known(x) ? text(x) : '∞');
    const sorted = d.tensors.slice().sort((a, b) => far(b.psi) - far(a.psi) || a.name.localeCompare(b.name, 'en', { numeric: true }));
    $('#drift .say').textContent = `What calibration saw here, in ${whole(d.laterSamples)} samples, against the ${whole(d.earlierSamples)} samples behind what is current at ${d.place}. `
      + (d.same ? 'Both are one state. ' : sorted.length ? `Moved most: ${sorted[0].name}, with a population stability index of ${infinite(sorted[0].psi, number)}. ` : '') + `Steps and scales are those of ${d.method}.`;
    scroll.innerHTML = table([['value'], ['stability index', true], ['distance, in steps', true], ['beyond earlier extrema', true], ['change of scale', true]],
      sorted.map((t) => [esc(t.name), infinite(t.psi, (x) => x.toFixed(4)), infinite(t.steps, (x) => x.toFixed(3)), infinite(t.outside, share), infinite(t.scaleChange, percent)]), 'Drift of every value');
    chart(place, $('#drift .say').textContent + ' The figures are in the table below.', {
      height: 200,
      make: (axis) => ({
        data: [d.tensors.map((_, i) => i), d.tensors.map((t) => (known(t.psi) ? t.psi : null))],
        options: {
          scales: { x: { time: false, range: () => [-0.6, d.tensors.length - 0.4] }, y: { range: (u, low, high) => [0, Math.max(0.1, high * 1.1)] } },
          axes: [axis({ label: 'value, in order of execution', labelSize: 22, labelFont: '12px system-ui', values: (u, at) => at.map((v) => (Number.isInteger(v) ? v + 1 : '')) }), axis({ size: 60 })],
          series: [{ label: 'value', value: (u, v) => (known(v) ? d.tensors[v]?.name ?? '' : '') }, { label: 'stability index', fill: color('bar'), stroke: color('blue'), width: 1, paths: uPlot.paths.bars({ size: [0.8, 40] }), points: { show: false }, value: (u, v) => number(v) }] } }) });
  }

  function made() {
    const r = run.result;
    const fact = (name, html) => (html ? `<tr><th scope="row">${esc(name)}</th><td>${html}</td></tr>` : '');
    const data = (d) => (d ? `<code>${esc(d.path)}</code> ${whole(d.samples)} samples in ${whole(d.files)} ${d.files === 1 ? 'file' : 'files'}${d.leftOut ? `, ${whole(d.leftOut)} of them left out` : ''}${d.damaged?.length ? `; damaged and left out: ${esc(d.damaged.join(', '))}` : ''}` : '');
    const seconds = Object.entries(r.seconds ?? {}).filter(([, s]) => known(s)).map(([name, s]) => `${esc(name)} ${s.toFixed(1)}`).join(', ');
    const digest = (d) => (d ? `<code>${esc(d)}</code>` : '');
    let html = '<table class="plain"><tbody>' + fact('calibration', data(r.data?.calibration)) + fact('evaluation', data(r.data?.evaluation))
      + fact('seconds', seconds) + fact('samples a second', known(r.samplesPerSecond) ? whole(r.samplesPerSecond) + ' in calibration' : '') + fact('versions', esc(Object.entries(r.versions ?? {}).map(([k, v]) => `${k} ${v}`).join(', ')))
      + fact('model, SHA-256', digest(r.model?.sha256)) + fact('state, SHA-256', digest(r.state?.sha256)) + fact('request, SHA-256', digest(r.request)) + '</tbody></table>';
    html += '<h3>Executors</h3>' + (r.executors?.length ? '<div class="scroll" tabindex="0">' + table([['executor'], ['host'], ['engine'], ['instruction set'], ['int8 layers, fast', true], ['exact', true], ['reference', true], ['MB, native', true], ['MB, in all', true]], r.executors.map((e) => [esc(e.id), esc(e.host), esc(e.engine), esc(e.isa), e.int8 ? whole(e.int8.fast) : none, e.int8 ? whole(e.int8.exact) : none, e.int8 ? whole(e.int8.reference) : none, mega(e.memory?.native), mega(e.memory?.resident)]), 'Executors') + '</div>' : '<p class="empty">This step ran without executors.</p>');
    html += `<h3>To make it again</h3><p class="dim">The same model, configuration and samples give the same bytes in every file but result.json and this page, on any number of executors, where instruction set and versions are those above. The request tells whether a run asks for the same: an equal one says “Nothing to do”.</p><pre><code>octant ${esc(r.step ?? 'quantize')} CONF${r.step === 'convert' ? ' --state STATE' : r.step === 'validate' ? ' --model INT8' : ''}\noctant report ${esc(run.name)}</code></pre>`;
    $('#made .body').innerHTML = html;
  }

  function render() {
    head();
    comparison();
    summary();
    along();
    nodes();
    $('#tensor').innerHTML = run.tensors.map((t, i) => `<option value="${i}">${esc(t.name)}</option>`).join('');
    $('#tensor').value = String(worthALook());
    $('#weight').innerHTML = run.weights.map((w, i) => `<option value="${i}">${esc(w.name)}</option>`).join('');
    tensor();
    weight();
    drift();
    made();
  }

  $('#find').addEventListener('input', nodes);
  $('#show').addEventListener('change', nodes);
  $('#tensor').addEventListener('change', tensor);
  $('#weight').addEventListener('change', weight);
  document.querySelectorAll('form').forEach((form) => form.addEventListener('submit', (e) => e.preventDefault()));
  $('#nodes .scroll').addEventListener('click', (e) => {
    const sort = e.target.closest('[data-key]');
    const to = e.target.closest('[data-tensor]');
    if (sort) {
      const key = sort.dataset.key;
      order = { key, up: order.key === key ? !order.up : key !== 'saturated' };
      nodes();
      $(`#nodes [data-key="${key}"]`).focus();
    } else if (to) {
      $('#tensor').value = to.dataset.tensor;
      tensor();
      $('#tensors').scrollIntoView();
      $('#tensor').focus({ preventScroll: true });
    }
  });
  let wide = innerWidth;
  addEventListener('resize', () => { if (innerWidth !== wide) { wide = innerWidth; requestAnimationFrame(redraw); } });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
  addEventListener('beforeprint', () => charts.forEach((c) => c.draw()));
  matchMedia('print').addEventListener('change', redraw);
  render();
  requestAnimationFrame(() => setTimeout(() => { document.documentElement.dataset.readyMillis = Math.round(performance.now()); }));
})();
