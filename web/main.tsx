import { options, render } from 'preact';
import { Frame } from './frame.tsx';
import { live } from './live-cluster.ts';
import { prepareMoments } from './prepare-moments.ts';
import { language } from './texts.ts';
import { showDirections } from './visible-directions.ts';

document.documentElement.lang = language;
showDirections(options);
live.start();
render(<Frame />, document.body);
prepareMoments();
