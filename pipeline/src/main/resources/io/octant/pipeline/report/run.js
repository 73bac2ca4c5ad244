// Results of quantize, calibrate, convert and validate: one at a time, and several side by side.
(() => {
  'use strict';
  const { $, known, list, esc, name, none, whole, percent, share, db, fixed, number, short, fileName, parent, card, cards, table, grid, color, chart, noChart, made, part, start } = octant;
  let runs = [];
  let run = null;

  function head() {
    const r = run.result;
    const failed = r.status === 'failed';
    const missed = list(r.gates).some((g) => !g.passed);
    const state = failed ? 'failed' : missed ? 'gate missed' : list(r.gates).length ? 'gates passed' : 'done';
    const title = parent(r.model?.path) || run.name;
    document.title = 'Octant: ' + (runs.length > 1 ? runs.length + ' results' : title);
    const option = (x, i) => `<option value="${i}"${x === run ? ' selected' : ''}>${esc(labels()[i])}</option>`;
    const pick = runs.length > 1 ? `<label>Result <select id="run">${runs.map(option).join('')}</select></label>` : '';
    $('#head').innerHTML = `<div class="eyebrow"><span>Octant ${esc(r.step ?? '')}</span><span class="badge ${failed || missed ? 'bad' : 'ok'}">${state}</span>${pick}</div>`
      + `<h1>${name(title)}</h1><p class="dim"><code>${name(r.model?.path ?? '')}</code></p>`;
    $('#run')?.addEventListener('change', (e) => { choose(Number(e.target.value)); $('#run').focus(); });
  }
  function choose(index) { run = runs[index]; render(); }

  // Names of the results without the folders that all are in.
  function labels() {
    const names = runs.map((x) => x.name);
    const first = names[0].split('/');
    let same = 0;
    while (same < first.length - 1 && names.every((n) => n.split('/').length > same + 1 && n.split('/')[same] === first[same])) same++;
    return names.map((n) => n.split('/').slice(same).join('/'));
  }

  const worst = (x) => x.rows.filter((row) => known(row.sqnr)).reduce((a, b) => (a && a.sqnr <= b.sqnr ? a : b), null);
  function verdict(r) {
    if (r.status === 'failed') return '<span class="bad">✗ failed</span>';
    if (!list(r.gates).length) return r.status === 'ok' ? 'done' : none;
    return r.gates.every((g) => g.passed) ? '<span class="ok">✓ gates passed</span>' : '<span class="bad">✗ gate missed</span>';
  }
  function comparison() {
    $('#comparison').hidden = runs.length < 2;
    if (runs.length < 2) return;
    const of = (key, label, value, html, extra = {}) => ({ key, label, n: true, value, html, ...extra });
    const all = labels();
    const result = (key, label, value, html, extra) => of(key, label, (x) => value(x.result), (x) => html(value(x.result)), extra);
    const columns = [
      { key: 'result', label: 'result', names: true, value: (x) => all[runs.indexOf(x)], html: (x) => `<button type="button" class="link" data-run="${runs.indexOf(x)}" title="${esc(x.name)}">${name(all[runs.indexOf(x)])}</button>` },
      { key: 'state', label: 'state', value: (x) => verdict(x.result), html: (x) => verdict(x.result) },
      result('float', 'accuracy, float', (r) => r.accuracy?.float, percent, { down: true }), result('int8', 'accuracy, int8', (r) => r.accuracy?.int8, percent, { down: true }),
      result('agreement', 'agreement', (r) => r.agreement, percent, { down: true }), result('sqnr', 'SQNR, dB', (r) => r.sqnrDb, db, { down: true }),
      result('cosine', 'cosine', (r) => r.cosine, (x) => fixed(x, 5), { down: true }),
      result('quantized', 'int8 nodes', (r) => r.nodes && list(r.nodes.quantized).length, (x) => (known(x) ? whole(x) : '–')), result('left', 'float nodes', (r) => r.nodes && list(r.nodes.float).length, (x) => (known(x) ? whole(x) : '–')),
      of('lowest', 'lowest SQNR of a node, dB', (x) => worst(x)?.sqnr, (x) => (worst(x) ? `${db(worst(x).sqnr)}<small class="dim">${name(worst(x).node)}</small>` : '–')),
      result('seconds', 'seconds', (r) => r.seconds?.total, (x) => fixed(x, 1)),
      result('model', 'model', (r) => r.model?.sha256?.slice(0, 8), (x) => (x ? `<code>${esc(x)}</code>` : '–'), { n: false })];
    compare ??= grid($('#comparison .scroll'), 'Results side by side', columns, '');
    compare(runs);
  }
  let compare = null;

  function summary() {
    const r = run.result;
    const all = [];
    if (r.accuracy) {
      all.push(card(percent(r.accuracy.int8), 'accuracy, int8'), card(percent(r.accuracy.float), 'accuracy, float'));
    }
    if (known(r.agreement)) all.push(card(percent(r.agreement), 'same class as float'));
    const primary = list(r.outputs).find((o) => o.primary);
    if (known(r.sqnrDb) || primary?.equal) all.push(card(known(r.sqnrDb) ? db(r.sqnrDb) + ' dB' : 'equal', 'SQNR of the output'));
    if (r.nodes) all.push(card(whole(list(r.nodes.quantized).length), 'nodes in int8'), card(whole(list(r.nodes.float).length), 'nodes in float'));
    if (known(r.samples)) all.push(card(whole(r.samples), 'calibration samples'));
    let html = cards(all);
    if (r.error) html += `<p class="error"><strong>${esc(fileName((r.error.class ?? '').replaceAll('.', '/')))}</strong> ${name(r.error.message)}</p>`;
    const region = (label, content) => `<h3>${label}</h3><div class="scroll" tabindex="0" role="region" aria-label="${label}">${content}</div>`;
    if (list(r.gates).length) {
      html += region('Gates', table([{ label: 'limit' }, { label: 'measured', n: true }, { label: 'threshold', n: true }, { label: '' }],
        r.gates.map((g) => [name(g.name), number(g.value), number(g.threshold), g.passed ? '<span class="ok">✓ passed</span>' : '<span class="bad">✗ missed</span>']), 'Gates'));
    } else if (r.status !== 'failed' && ['quantize', 'train', 'validate'].includes(r.step)) {
      html += '<p class="empty">No gates were set: nothing of what was measured could have refused this model.</p>';
    }
    if (list(r.outputs).length > 1) {
      html += region('Outputs', table([{ label: 'output' }, { label: 'compared', n: true }, { label: 'agreement', n: true }, { label: 'SQNR, dB', n: true }, { label: 'cosine', n: true }, { label: 'largest error', n: true }],
        r.outputs.map((o) => [name(o.name), known(o.compared) ? whole(o.compared) : '–', percent(o.agreement), db(o.sqnrDb, o.equal), fixed(o.cosine, 5), number(o.maxAbsError)]), 'Outputs'));
    }
    const notes = [...list(r.warnings)];
    if (r.saturation?.layers) notes.push(`${r.saturation.layers} of ${r.saturation.of} int8 layers may overflow in other runtimes on processors without VNNI; ${r.saturation.remedy} avoids it.`);
    if (list(r.notRead).length) notes.push(`Keys of the configuration that ${r.step} does not read: ${r.notRead.join(', ')}.`);
    if (notes.length) html += `<h3>To know</h3><ul class="notes">${notes.map((n) => `<li>${name(n)}</li>`).join('')}</ul>`;
    $('#summary .body').innerHTML = html;
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
  const counted = (u, at) => at.map((v) => (Number.isInteger(v) ? v + 1 : ''));
  const bars = (label, extra) => ({ label, fill: color('bar'), stroke: color('blue'), width: 1, paths: uPlot.paths.bars({ size: [0.8, 40] }), points: { show: false }, ...extra });

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
    const low = rows.reduce((a, b) => (a.sqnr <= b.sqnr ? a : b));
    $('#along .say').innerHTML = `Signal to quantization noise of each node's output, float against the written int8 model, on ${whole(run.result.layers?.samples ?? 0)} samples. `
      + (first ? `It first drops by 3 dB or more at ${name(first.row.node)}. ` : 'No node costs 3 dB against the one before. ') + `Lowest: ${db(low.sqnr)} dB at ${name(low.node)}.`;
    const series = (kind) => rows.map((row) => ((row.outcome === 'int8') === (kind === 'int8') ? row.sqnr : null));
    chart(place, $('#along .say').textContent + ' The table of nodes has the numbers.', {
      height: 280,
      keys: [['dot', 'blue', 'computed in int8'], ['ring', 'orange', 'in float'], ...(first ? [['dash', 'red', 'first drop of 3 dB']] : [])],
      read: (i) => `${i + 1}: ${rows[i].node}, ${short(rows[i].op)}, ${rows[i].outcome}, ${db(rows[i].sqnr)} dB`,
      make: (axis) => ({
        data: [rows.map((_, i) => i), rows.map((row) => row.sqnr), series('int8'), series('float')],
        options: {
          scales: { x: { time: false }, y: { range: (u, least, most) => [Math.floor(Math.min(least, 20) / 5) * 5, Math.ceil((most + 2) / 5) * 5] } },
          axes: [axis({ values: counted, label: 'node, in order of execution' }), axis({ label: 'dB', size: 44 })],
          series: [{}, { stroke: color('dim'), width: 1, points: { show: false } },
            { stroke: color('blue'), paths: () => null, points: { show: true, size: 6, fill: color('blue') } },
            { stroke: color('orange'), paths: () => null, points: { show: true, size: 6, fill: color('bg') } }],
          hooks: { draw: first ? [(u) => mark(u, drops.indexOf(first), 'first drop')] : [] } } }) });
    const top = drops.filter((d) => d.drop > 0.5).sort((a, b) => b.drop - a.drop).slice(0, 5);
    if (top.length) {
      $('#along .more').innerHTML = '<h3>Largest drops against the node before</h3><div class="scroll" tabindex="0" role="region" aria-label="Largest drops">'
        + table([{ label: 'node' }, { label: 'operator' }, { label: 'SQNR, dB', n: true }, { label: 'drop, dB', n: true }], top.map((d) => [name(d.row.node), esc(short(d.row.op)), db(d.row.sqnr), '−' + d.drop.toFixed(1)]), 'Largest drops') + '</div>';
    }
  }

  // How training went, epoch by epoch.
  function training() {
    const t = run.result.training;
    const epochs = list(t?.epochs);
    $('#training').hidden = !epochs.length;
    if (!epochs.length) return;
    const last = epochs.at(-1);
    const after = `after ${whole(epochs.length)} ${epochs.length === 1 ? 'epoch' : 'epochs'}`;
    const trained = epochs.some((e) => known(e.accuracy));
    const evaluated = epochs.some((e) => known(e.evaluationAccuracy));
    $('#training .say').innerHTML = `${whole(t.steps)} steps. Loss ${fixed(epochs[0].loss, 4)} in the first epoch, ${fixed(last.loss, 4)} ${after}. `
      + (evaluated ? `The int8 model of each epoch was run on the evaluation data: ${percent(last.evaluationAccuracy)} of them got their label ${after}. ` : '')
      + (t.resumedFrom ? `Went on from ${name(t.resumedFrom)}.` : '');
    const x = epochs.map((_, i) => i + 1);
    const line = (place, label, height, unit, series, read) => chart(place, `${label} by epoch. The table below has the numbers.`, {
      height,
      keys: series.map((s) => ['dot', s.shade, s.label]),
      read: (i) => `epoch ${i + 1}: ${read(epochs[i])}`,
      make: (axis) => ({
        data: [x, ...series.map((s) => epochs.map((e) => (known(s.of(e)) ? s.of(e) : null)))],
        options: {
          scales: { x: { time: false, range: () => [0.6, epochs.length + 0.4] } },
          axes: [axis({ label: 'epoch', values: (u, at) => at.map((v) => (Number.isInteger(v) ? v : '')) }), axis({ label: unit, size: 60 })],
          series: [{}, ...series.map((s) => ({ stroke: color(s.shade), width: 2, points: { show: true, size: 7, fill: color(s.shade) } }))] } }) });
    line($('#training .loss'), 'Loss', 180, '', [{ label: 'loss, mean of the steps', shade: 'orange', of: (e) => e.loss }], (e) => fixed(e.loss, 4));
    $('#training .right').hidden = !trained && !evaluated;
    if (trained || evaluated) {
      line($('#training .right .chart'), 'Accuracy', 200, '%', [
        ...(trained ? [{ label: 'while training, on samples as they come', shade: 'dim', of: (e) => (known(e.accuracy) ? 100 * e.accuracy : null) }] : []),
        ...(evaluated ? [{ label: 'int8 model of the epoch, on the evaluation data', shade: 'blue', of: (e) => (known(e.evaluationAccuracy) ? 100 * e.evaluationAccuracy : null) }] : [])],
      (e) => `${percent(e.accuracy)} while training, ${percent(e.evaluationAccuracy)} on the evaluation data`);
    }
    $('#training .scroll').innerHTML = table([{ label: 'epoch' }, { label: 'steps', n: true }, { label: 'loss', n: true }, { label: 'accuracy while training', n: true }, { label: 'accuracy, evaluation data', n: true }, { label: 'learning rate', n: true }],
      epochs.map((e) => [`epoch ${whole(e.epoch)}`, whole(e.steps), fixed(e.loss, 4), percent(e.accuracy), percent(e.evaluationAccuracy), number(e.learningRate)]), 'Epochs');
  }

  const plain = (key, label, html, extra = {}) => ({ key, label, value: (row) => row[key], html, ...extra });
  const nodeTable = grid($('#nodes .scroll'), 'Nodes', [
    plain('at', '#', (row) => row.at, { n: true, as: 'at' }),
    plain('node', 'node', (row) => (known(row.tensor) ? `<button type="button" class="link" data-tensor="${row.tensor}">${name(row.node)}</button>` : name(row.node)) + (row.source ? `<small class="dim">${name(row.source)}</small>` : ''), { names: true }),
    plain('op', 'operator', (row) => esc(short(row.op))),
    plain('outcome', 'computed in', (row) => (row.outcome === 'float' ? '<span class="warn">float</span>' : esc(row.outcome))),
    plain('sqnr', 'SQNR, dB', (row) => db(row.sqnr, row.equal), { n: true, value: (row) => (row.equal ? Infinity : row.sqnr) }),
    plain('saturated', 'saturated', (row) => share(row.saturated), { n: true, down: true }),
    plain('scale', 'scale', (row) => number(row.scale), { n: true }),
    plain('zeroPoint', 'zero point', (row) => (known(row.zeroPoint) ? esc(row.zeroPoint) : '–'), { n: true }),
    plain('reason', 'why', (row) => name(row.reason), { as: 'reason' })], 'No node is like that.');
  function nodes() {
    $('#nodes .tools').hidden = !run.rows.length;
    if (!run.rows.length) {
      $('#nodes .scroll').innerHTML = '<p class="empty">This step has no int8 graph. octant convert or quantize makes one.</p>';
      return;
    }
    const text = $('#find').value.trim().toLowerCase();
    const kind = $('#show').value;
    const shown = run.rows.filter((row) => (!kind || (kind === 'saturated' ? row.saturated > 0 : row.outcome === kind))
      && (!text || `${row.node} ${row.op} ${row.source} ${row.reason}`.toLowerCase().includes(text)));
    $('#count').textContent = shown.length === run.rows.length ? `${whole(shown.length)} nodes` : `${whole(shown.length)} of ${whole(run.rows.length)} nodes`;
    nodeTable(shown);
  }

  const powers = Array.from({ length: 16 }, (_, i) => 10 ** i);
  const shades = ['blue', 'orange', 'green', 'red', 'dim'];
  function tensor() {
    const place = $('#tensors .chart');
    const all = run.tensors;
    $('#tensors .tools').hidden = !all.length;
    $('#tensors .scroll').hidden = !all.length;
    if (!all.length) {
      $('#tensors .say').textContent = '';
      noChart(place, 'No calibration state is in this result, so there are no histograms. octant calibrate and quantize write one.');
      return;
    }
    const t = all[Number($('#tensor').value) || 0];
    const searched = (x) => x.methods.some((m) => m.name === 'mse');
    $('#tensors .say').textContent = `${whole(t.count)} values from ${number(t.min)} to ${number(t.max)}` + (t.notFinite ? `, ${whole(t.notFinite)} of them not finite` : '')
      + '. Bars are counts in equal parts of the range, on a logarithmic scale; lines are the ends of ranges.'
      + (t.methods.length && !searched(t) ? ` What methods that search would choose is worked out for the first ${whole(all.filter(searched).length)} values only.` : '');
    const lines = [...(t.chosen ? [{ name: 'chosen', min: t.chosen[0], max: t.chosen[1], beyond: t.beyond, shade: 'fg' }] : []),
      ...t.methods.map((m, i) => ({ ...m, shade: shades[i % shades.length] }))];
    $('#tensors .scroll').innerHTML = table([{ label: 'range' }, { label: 'from', n: true }, { label: 'to', n: true }, { label: 'beyond it', n: true }],
      lines.map((line) => [`<span class="key ${line.shade === 'fg' ? 'line' : 'dash'}" style="color:var(--${line.shade})"></span>${esc(line.name)}`, number(line.min), number(line.max), share(line.beyond)]), 'Ranges by method');
    if (!t.counts.length) { noChart(place, 'All values are equal, or none is finite.'); return; }
    const width = (t.max - t.min) / t.counts.length;
    const x = t.counts.map((_, i) => t.min + (i + 0.5) * width);
    const spread = [Math.min(t.min, t.chosen?.[0] ?? t.min), Math.max(t.max, t.chosen?.[1] ?? t.max)];
    const pad = (spread[1] - spread[0]) * 0.02;
    function ends(u) {
      for (const { min, max, shade } of lines.slice().reverse()) {
        u.ctx.save();
        u.ctx.strokeStyle = color(shade);
        u.ctx.lineWidth = (shade === 'fg' ? 2 : 1.25) * devicePixelRatio;
        if (shade !== 'fg') u.ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
        for (const end of [min, max]) {
          const at = u.valToPos(end, 'x', true);
          u.ctx.beginPath();
          u.ctx.moveTo(at, u.bbox.top);
          u.ctx.lineTo(at, u.bbox.top + u.bbox.height);
          u.ctx.stroke();
        }
        u.ctx.restore();
      }
    }
    chart(place, `Histogram of ${t.name}. ` + $('#tensors .say').textContent + ' The ranges are in the table below.', {
      height: 260,
      keys: [['block', 'bar', 'count'], ...lines.map((line) => [line.shade === 'fg' ? 'line' : 'dash', line.shade, line.name])],
      read: (i) => `around ${number(x[i])}: ${whole(t.counts[i])} values`,
      make: (axis) => ({
        data: [x, t.counts.map((c) => (c ? c : null))],
        options: {
          scales: { x: { time: false, range: () => [spread[0] - pad, spread[1] + pad] }, y: { distr: 3, range: (u, least, most) => [0.5, Math.max(10, most * 1.5)] } },
          axes: [axis({}), axis({ size: 60, splits: (u, i, least, most) => powers.filter((v) => v >= least && v <= most), values: (u, at) => at.map((v) => (v >= 1e4 ? v.toExponential(0).replace('e+', 'e') : v)) })],
          series: [{}, bars('count', { stroke: color('bar'), width: 0, paths: uPlot.paths.bars({ size: [1, 100] }) })],
          hooks: { draw: [ends] } } }) });
  }

  // The value with the most noise that calibration saw.
  function worthALook() {
    const seen = run.rows.filter((row) => known(row.tensor) && known(row.sqnr));
    return seen.length ? seen.reduce((a, b) => (b.sqnr < a.sqnr ? b : a)).tensor : 0;
  }

  function weight() {
    const place = $('#weights .chart');
    const all = run.weights;
    $('#weights .tools').hidden = !all.length;
    if (!all.length) { $('#weights .say').textContent = ''; noChart(place, 'No quantized weights are in this result.'); return; }
    const w = all[Number($('#weight').value) || 0];
    const low = w.scale.map((s, i) => s * (w.quantMin - w.zeroPoint[i]));
    const high = w.scale.map((s, i) => s * (w.quantMax - w.zeroPoint[i]));
    const largest = Math.max(...w.scale);
    const smallest = Math.min(...w.scale);
    $('#weights .say').textContent = w.scale.length === 1 ? `One range for all: ${number(low[0])} to ${number(high[0])}.`
      : `${whole(w.scale.length)} channels, each with its own range; the widest is ${smallest > 0 ? (largest / smallest).toFixed(1) + ' times' : 'without bound'} the narrowest. `
      + `One range for all would give the narrowest ${smallest > 0 ? Math.max(0, Math.log2(largest / smallest)).toFixed(1) : 'all'} bits less.`;
    chart(place, `Ranges of the channels of ${w.name}. ` + $('#weights .say').textContent, {
      height: 220,
      keys: [['block', 'bar', 'what the integers of a channel stand for']],
      read: (i) => `channel ${i}: ${number(low[i])} to ${number(high[i])}`,
      make: (axis) => ({
        data: [low.map((_, i) => i), high, low],
        options: {
          scales: { x: { time: false, range: () => [-0.6, low.length - 0.4] } },
          axes: [axis({ label: 'channel', values: (u, at) => at.map((v) => (Number.isInteger(v) ? v : '')) }), axis({ size: 60 })],
          series: [{}, bars('to'), bars('from')] } }) });
  }

  function drift() {
    const d = run.drift ?? run.result.drift;
    const place = $('#drift .chart');
    const scroll = $('#drift .scroll');
    scroll.hidden = !d || Boolean(d.why);
    $('#drift .say').textContent = '';
    if (!d) {
      noChart(place, 'Not compared with a promoted result: output.current names the place where results of this configuration are promoted, octant report --current PLACE does it now.');
      return;
    }
    if (d.why) { noChart(place, `Not compared with what ${run.drift ? 'is' : 'was'} current at ${d.place}: ${d.why}.`); return; }
    const far = (x) => (known(x) ? x : Infinity);
    const infinite = (x, text) => (known(x) ? text(x) : '∞');
    const sorted = d.tensors.slice().sort((a, b) => (far(b.psi) > far(a.psi) ? 1 : far(b.psi) < far(a.psi) ? -1 : a.name.localeCompare(b.name, 'en', { numeric: true })));
    $('#drift .say').innerHTML = `What calibration saw here, in ${whole(d.laterSamples)} samples, against the ${whole(d.earlierSamples)} samples behind what ${run.drift ? 'is' : 'was'} current at ${name(d.place)}${d.result ? `, ${name(d.result)}` : ''}. `
      + (d.same ? 'Both are one state. ' : sorted.length ? `Moved most: ${name(sorted[0].name)}, with a population stability index of ${infinite(sorted[0].psi, number)}. ` : '') + `Steps and scales are those of ${esc(d.method)}.`;
    scroll.innerHTML = table([{ label: 'value' }, { label: 'stability index', n: true }, { label: 'distance, in steps', n: true }, { label: 'beyond earlier extrema', n: true }, { label: 'change of scale', n: true }],
      sorted.map((t) => [name(t.name), infinite(t.psi, (x) => x.toFixed(4)), infinite(t.steps, (x) => x.toFixed(3)), infinite(t.outside, share), infinite(t.scaleChange, percent)]), 'Drift of every value');
    chart(place, $('#drift .say').textContent + ' The figures are in the table below.', {
      height: 200,
      keys: [['block', 'bar', 'population stability index']],
      read: (i) => `${i + 1}: ${d.tensors[i].name}, ${infinite(d.tensors[i].psi, number)}`,
      make: (axis) => ({
        data: [d.tensors.map((_, i) => i), d.tensors.map((t) => (known(t.psi) ? t.psi : null))],
        options: {
          scales: { x: { time: false, range: () => [-0.6, d.tensors.length - 0.4] }, y: { range: (u, least, most) => [0, Math.max(0.1, most * 1.1)] } },
          axes: [axis({ label: 'value, in order of execution', values: counted }), axis({ size: 60 })],
          series: [{}, bars('stability index')] } }) });
  }

  function commands() {
    const { step } = run.result;
    return `octant ${step ?? 'quantize'} CONF${step === 'convert' ? ' --state STATE' : step === 'validate' ? ' --model INT8' : ''}`;
  }
  function render() {
    part('head', head);
    part('comparison', comparison);
    part('summary', summary);
    part('training', training);
    part('along', along);
    part('nodes', nodes);
    $('#tensor').innerHTML = run.tensors.map((t, i) => `<option value="${i}">${esc(t.name)}</option>`).join('');
    $('#tensor').value = String(worthALook());
    $('#weight').innerHTML = run.weights.map((w, i) => `<option value="${i}">${esc(w.name)}</option>`).join('');
    part('tensors', tensor);
    part('weights', weight);
    part('drift', drift);
    part('made', () => { $('#made .body').innerHTML = made(run.result, commands()); });
  }

  $('#find').addEventListener('input', nodes);
  $('#show').addEventListener('change', nodes);
  $('#tensor').addEventListener('change', tensor);
  $('#weight').addEventListener('change', weight);
  $('#nodes .scroll').addEventListener('click', (e) => {
    const to = e.target.closest('[data-tensor]');
    if (!to) return;
    $('#tensor').value = to.dataset.tensor;
    tensor();
    $('#tensors').scrollIntoView();
    $('#tensor').focus({ preventScroll: true });
  });
  $('#comparison .scroll').addEventListener('click', (e) => {
    const to = e.target.closest('[data-run]');
    if (to) { choose(Number(to.dataset.run)); scrollTo(0, 0); $('#run').focus({ preventScroll: true }); }
  });
  start((data) => { runs = data.runs; choose(0); });
})();
