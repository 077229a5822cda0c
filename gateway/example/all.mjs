import './products.mjs';
import './reviews.mjs';
import './stock.mjs';
