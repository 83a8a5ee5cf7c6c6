// What is needed once one talks: the live line, and what stands where a conversation ends. The panel loads it when it is
// there itself, so that it need not be waited for.
import { SharedLine } from '../lib/shared-line.js';
import { Rating } from '../parts/stars.js';
import { Banner } from './banner.js';
import { Ended } from './ended.js';
import { laterIcons } from './later-icons.js';
import { Left, leave } from './left.js';
import { Question } from './question.js';

export const later = {
  elements: { 'sd-rating': Rating, 'sd-widget-banner': Banner, 'sd-widget-ended': Ended, 'sd-widget-left': Left, 'sd-widget-question': Question },
  icons: laterIcons, SharedLine, leave,
};
