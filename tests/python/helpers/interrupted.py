"""Programs that end, and leave a core file, in the middle of an allocation or of a hand-over.

They replace a function by machine code of x86-64 that sends SIGABRT to the process halfway.
"""

import struct

# What the code does when it goes on: nothing more, or what it must not.
GOES_ON = b""
CRASHES_THEN = b"\x0f\x0b"  # ud2
LOOPS_THEN = b"\xeb\xfe"  # jmp to itself
EXITS_THEN = b"\x31\xff\xb8\xe7\0\0\0\x48\x0f\x05"  # exit_group(0), by `rex.w syscall`

_CRASH = b"\x0f\x0b"
_EQUAL, _NOT_EQUAL = 0x74, 0x75  # conditions of jumps
_MAGIC = 0x0123456789ABCDEF
# eax = getpid(); kill(eax, SIGABRT)
_ABORT = (
    b"\xb8\x27\0\0\0\x0f\x05"  # mov eax, 39; syscall
    b"\x89\xc7\xbe\x06\0\0\0"  # mov edi, eax; mov esi, 6
    b"\xb8\x3e\0\0\0\x0f\x05"  # mov eax, 62; syscall
)
# futex(rax, FUTEX_WAIT, 1, NULL)
_WAIT = (
    b"\x48\x89\xc7\x31\xf6\xba\x01\0\0\0"  # mov rdi, rax; xor esi, esi; mov edx, 1
    b"\x45\x31\xd2\xb8\xca\0\0\0\x0f\x05"  # xor r10d, r10d; mov eax, 202; syscall
)


def _jump_if(condition, body):
    """Jump behind a body."""
    return bytes([condition, len(body)]) + body


def _allocation(then, *, waits):
    """Code that allocates, from the addresses `DATA` and `OLD`, which the program fills in.

    The first word of the data is whether an allocation is halfway; one that begins then crashes,
    or waits. The second word makes the next allocation end the process.
    """
    end = (
        b"\xc7\x40\x08\0\0\0\0\xc7\0\x01\0\0\0"  # mov dword [rax+8], 0; mov dword [rax], 1
        b"\x57\x56\x50\x49\xb8"  # push rdi; push rsi; push rax
        + struct.pack("<Q", _MAGIC)  # mov r8, MAGIC
        + b"\x66\x49\x0f\x6e\xf8"  # movq xmm7, r8
        + _ABORT
        + then
        + b"\x66\x48\x0f\x7e\xf9\x4c\x39\xc1"  # movq rcx, xmm7; cmp rcx, r8
        + _jump_if(_EQUAL, _CRASH)
        + b"\x58\x5e\x5f\xc7\0\0\0\0\0"  # pop rax; pop rsi; pop rdi; mov dword [rax], 0
    )
    return (
        b"\x48\xb8DATADATA\x83\x38\0"  # mov rax, DATA; cmp dword [rax], 0
        + _jump_if(_EQUAL, (_WAIT if waits else b"") + _CRASH)
        + b"\x83\x78\x08\0"  # cmp dword [rax+8], 0
        + _jump_if(_EQUAL, end)
        + b"\x48\xb8OLD_OLD_\xff\xe0"  # mov rax, OLD; jmp rax
    )


def _release(then):
    """Code that stands for `pthread_mutex_unlock`, and ends the process at its second call."""
    return (
        b"\x48\xb8DATADATA\xff\x08"  # mov rax, DATA; dec dword [rax]
        + _jump_if(_NOT_EQUAL, _ABORT + then)
        + b"\x31\xc0\xc3"  # xor eax, eax; ret
    )


# Code that stands for `pthread_mutex_lock`. If the first word is 1, it waits until that changes.
_WAITS_FOR_ANOTHER = (
    b"\x48\xb8DATADATA\x83\x38\x01"  # mov rax, DATA; cmp dword [rax], 1
    + _jump_if(_NOT_EQUAL, _WAIT + b"\xeb\xdb")  # jmp to the begin
    + b"\x31\xc0\xc3"  # xor eax, eax; ret
)
# The other thread. It says in the third word that it is there, and ends the process when the first
# thread waits: a wait can then be moved (FUTEX_REQUEUE) to the fourth word. If it goes on, it ends
# the wait, and itself waits forever.
_OTHER = (
    b"\x48\xbbDATADATA\xc7\x43\x08\x01\0\0\0"  # mov rbx, DATA; mov dword [rbx+8], 1
    b"\x48\x89\xdf\xbe\x03\0\0\0\x31\xd2"  # mov rdi, rbx; mov esi, 3; xor edx, edx
    b"\x41\xba\x01\0\0\0\x4c\x8d\x43\x0c"  # mov r10d, 1; lea r8, [rbx+12]
    b"\xb8\xca\0\0\0\x0f\x05\x83\xf8\x01\x75\xe0"  # mov eax, 202; syscall; cmp eax, 1; jne
    + _ABORT
    + b"\xc7\x03\0\0\0\0\x48\x8d\x43\x08"  # mov dword [rbx], 0; lea rax, [rbx+8]
    + _WAIT
    + b"\xeb\xfe"
)

_START = """
import ctypes, mmap

class Kept:
    pass

kept = [Kept() for _ in range(7)]
page = mmap.mmap(-1, 4096, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=7)
start = ctypes.addressof(ctypes.c_char.from_buffer(page))
data = start + 2048

def place(address):
    return address.to_bytes(8, "little")

def write(address, code):
    # Unlike memmove, this keeps the GIL.
    (ctypes.c_char * len(code)).from_address(address)[:] = code

code = CODE.replace(b"DATADATA", place(data))
"""
_ALLOCATE = """
table = (ctypes.c_void_p * 5)()
ctypes.pythonapi.PyMem_GetAllocator(2, table)
write(start, code.replace(b"OLD_OLD_", place(table[1])))
table[1] = start
ctypes.pythonapi.PyMem_SetAllocator(2, table)
trigger = ctypes.c_int.from_address(data + 8)
print("ready", flush=True)
trigger.value = 1
made = [[object() for _ in range(10)] for _ in range(10)]
"""
_LOCKS = """
write(start, code)
libc = ctypes.PyDLL(None)
functions = []
for name in ("pthread_mutex_lock", "pthread_mutex_unlock"):
    address = ctypes.cast(getattr(libc, name), ctypes.c_void_p).value
    first = address & -4096
    length = (address + 12 - first + 4095) & -4096
    assert libc.mprotect(ctypes.c_void_p(first), length, 7) == 0
    functions.append(address)
jump = b"\\x48\\xb8" + place(start) + b"\\xff\\xe0"  # mov rax, start; jmp rax
without_the_gil = ctypes.CDLL(None).getppid
"""
_HAND_OVER = """
ctypes.c_int.from_address(data).value = 2
print("ready", flush=True)
write(functions[0], b"\\x31\\xc0\\xc3")  # xor eax, eax; ret
write(functions[1], jump)
without_the_gil()
"""
_LOCK = """
import threading, time

write(start + 1024, OTHER.replace(b"DATADATA", place(data)))
other = ctypes.CFUNCTYPE(None)(start + 1024)
threading.Thread(target=other, daemon=True).start()
is_there = ctypes.c_int.from_address(data + 8)
while not is_there.value:
    time.sleep(0.001)
print("ready", flush=True)
ctypes.c_int.from_address(data).value = 1
write(functions[0], jump)
without_the_gil()
"""


def in_an_allocation(then=GOES_ON, *, waits=False):
    """A program that ends while it allocates. One more allocation crashes then, or waits."""
    return _START.replace("CODE", repr(_allocation(then, waits=waits))) + _ALLOCATE


def in_a_hand_over(then=GOES_ON):
    """A program that ends when its thread has locked the GIL, and does not have it yet."""
    return _START.replace("CODE", repr(_release(then))) + _LOCKS + _HAND_OVER


def in_a_lock_for_a_hand_over():
    """A program that ends when its thread releases the GIL, and waits for a lock of it."""
    return (
        _START.replace("CODE", repr(_WAITS_FOR_ANOTHER))
        + _LOCKS
        + _LOCK.replace("OTHER", repr(_OTHER))
    )
