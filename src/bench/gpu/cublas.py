"""Which of cuBLASLt's machine code a float32 model does not use: most of it is for half precision and for tensor cores."""

import re

OTHER = re.compile(rb"__half|bfloat|f16|e4m3|e5m2|[a-z]i8|igemm|imma|hmma|dmma|Double|double|float2|zgemm|cgemm|hgemm|dgemm"
                   rb"|tensorop|wmma|_int|[._]cf32|tf32|compressSparse|gmma|_i8|f64|triangular")
KERNEL = re.compile(rb"\.text\.([\w$]+)")


def unused(code):
    """Whether all kernels of a piece of machine code are for other types."""
    kernels = set(KERNEL.findall(code))
    return bool(kernels) and all(OTHER.search(kernel) for kernel in kernels)
