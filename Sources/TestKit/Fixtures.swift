//  Fixtures as text, so that input and expectation can be read in the test.

import Columnar
